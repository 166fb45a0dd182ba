//! `serve`: the local web page.

use std::net::SocketAddr;
use std::sync::Arc;

use citeaudit::pipeline::{self, Fingerprints};

use super::Outcome;
use crate::cli::ServeArgs;
use crate::network::{self, Network};
use crate::notices::Notices;
use crate::serve::{self, Token};
use crate::settings;
use crate::trouble::Trouble;

/// Serves until Ctrl-C.
///
/// # Errors
///
/// When a setting is wrong, a recording cannot be opened, the address is taken, or others could reach it without a
/// token.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    if args.network.record.is_some() {
        let hint = "give --record to `citeaudit check`, and the recording to --replay here";
        return Err(Trouble::new("`serve` makes no recording", hint).into());
    }
    let token = token(args)?;
    let settings =
        settings::load(args.network.config.as_deref(), settings::variables(), args.overlay())?;
    let network = Arc::new(Network::open(&args.network, &settings)?);
    let served = serve::Settings {
        address: args.listen,
        folder: args.data.clone(),
        token,
        hosts: args.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        max_upload_bytes: args.max_upload_bytes as usize,
        plan: pipeline::Settings {
            fingerprints: Fingerprints::Made,
            ..network::plan(&settings, &network)?
        },
        notices: Notices::new(&settings, &serve::store(&args.data))?,
    };
    super::runtime()?.block_on(serve::serve(served, network))?;
    Ok(Outcome::Clean)
}

fn token(args: &ServeArgs) -> anyhow::Result<Option<Token>> {
    let hint = "set CITEAUDIT_TOKEN to 16 characters or more that nobody can guess";
    match &args.token {
        Some(token) => {
            let token = Token::new(token.clone());
            Ok(Some(token.map_err(|error| Trouble::new(error.to_string(), hint))?))
        }
        None if is_own(args.listen) => Ok(None),
        None => {
            let problem = format!("others can reach {}: a token is needed", args.listen);
            Err(Trouble::new(problem, hint).into())
        }
    }
}

fn is_own(address: SocketAddr) -> bool {
    address.ip().is_loopback()
}
