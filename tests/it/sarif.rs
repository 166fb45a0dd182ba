//! SARIF is valid against the schema of its standard, whatever stands in the report.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::path::Path;
use std::process::Command;

use citeaudit::render::{Colour, Hyperlinks, ReportFormat, TerminalStyle, Verbosity};
use jsonschema::Validator;
use serde_json::Value;

use crate::hostile::each;
use crate::render::rendered;
use crate::sample;

const STYLE: TerminalStyle = TerminalStyle {
    width: 100,
    colour: Colour::Plain,
    hyperlinks: Hyperlinks::Plain,
    verbosity: Verbosity::Normal,
};

/// Returns the schema. It stands in the sources of a crate that the tests depend on for it.
fn schema() -> Value {
    let mut command = Command::new(env!("CARGO"));
    // What only other platforms need may never have been downloaded.
    command.args(["metadata", "--format-version", "1", "--offline", "--locked"]);
    command.args(["--filter-platform", "host-tuple"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let bytes = std::fs::read(manifest.with_file_name("src/schema.json")).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Returns what of a log is not as the standard's schema wants it.
pub(crate) fn errors_of(written: &str) -> Vec<String> {
    errors(&jsonschema::validator_for(&schema()).unwrap(), written)
}

fn errors(validator: &Validator, written: &str) -> Vec<String> {
    let value = serde_json::from_str(written).unwrap();
    validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn sarif_is_valid_against_the_schema_of_its_standard() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let written = rendered(&sample::report(), ReportFormat::Sarif, STYLE);
    assert_eq!(errors(&validator, &written), [""; 0]);
    each(ReportFormat::Sarif, |written, payload| {
        assert_eq!(errors(&validator, written), [""; 0], "{payload:?}");
    });
    let broken = written.replacen("\"ruleId\"", "\"rule\"", 1);
    assert_ne!(errors(&validator, &broken), [""; 0], "the schema refuses an unknown key");
}
