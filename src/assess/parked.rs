//! Recognises domains that are parked or for sale: the site is gone, though something answers.

use super::marks::{Marks, first_in, search_for};
use super::{Judgement, Seen};
use crate::document::{Document, Layer};
use crate::source::Liveness;

/// More visible text than this, in bytes, is a page of its own.
const MOST_TEXT_BYTES: usize = 3000;

/// Sites that sell domains or fill them with advertisements; an address that leads there is no page.
const SELLERS: [&str; 12] = [
    "sedo.com",
    "sedoparking.com",
    "dan.com",
    "afternic.com",
    "hugedomains.com",
    "parkingcrew.net",
    "bodis.com",
    "undeveloped.com",
    "brandbucket.com",
    "domainmarket.com",
    "buydomains.com",
    "parklogic.com",
];

/// What parking services put into their pages.
const MARKS: [&[u8]; 14] = [
    b"sedoparking.com",
    b"parkingcrew.net",
    b"img1.wsimg.com/parking-lander",
    b"window.location.href=\"/lander\"",
    b"window.LANDER_SYSTEM",
    b"d38psrni17bvxu.cloudfront.net",
    b"parking.bodiscdn.com",
    b"bodis.com/",
    b"cdn.parklogic.com",
    b"hugedomains.com/domain_profile",
    b"www.afternic.com/forsale",
    b"parking.reg.ru",
    b"data-adblockkey=",
    b"dan.com/buy-domain",
];

/// The search for [`MARKS`].
static MARK_SEARCH: Marks = Marks::new(|| search_for(MARKS));

/// What they say, lower case.
const PHRASES: [&str; 74] = [
    "domain is for sale",
    "domain may be for sale",
    "domain name is for sale",
    "buy this domain",
    "domain is parked",
    "parked free",
    "this domain has expired",
    "domain has been registered",
    "domain name has expired",
    "inquire about this domain",
    "is available for purchase",
    "the domain has recently been listed",
    "make an offer on this domain",
    "домен продается",
    "домен продаётся",
    "домен припаркован",
    "срок регистрации домена истек",
    "купить этот домен",
    "domain steht zum verkauf",
    "diese domain kaufen",
    "domaine est à vendre",
    "dominio está en venta",
    "dominio è in vendita",
    "域名出售",
    "this domain is parked",
    "this website is for sale",
    "the domain name you entered is for sale",
    "is parked free, courtesy of",
    "this web page is parked",
    "this domain is available",
    "this domain name is available",
    "this domain was recently registered",
    "domain is not yet configured",
    "future home of something quite cool",
    "this domain has been suspended",
    "domain wurde registriert",
    "diese domain steht zum verkauf",
    "diese domain ist geparkt",
    "domain ist zu verkaufen",
    "hier entsteht eine neue internetpräsenz",
    "ce domaine est à vendre",
    "nom de domaine est à vendre",
    "ce domaine est parqué",
    "este dominio está en venta",
    "dominio está a la venta",
    "dominio estacionado",
    "domínio está à venda",
    "este domínio está à venda",
    "questo dominio è in vendita",
    "dominio in vendita",
    "dit domein is te koop",
    "domein is te koop",
    "domena na sprzedaż",
    "domena jest na sprzedaż",
    "doména je na prodej",
    "bu alan adı satılıktır",
    "alan adı satılık",
    "домен не прилинкован",
    "домен выставлен на продажу",
    "домен зарегистрирован и припаркован",
    "сайт припаркован",
    "срок регистрации домена истёк",
    "домен продається",
    "此域名出售",
    "该域名正在出售",
    "域名正在出售",
    "您正在访问的域名可以转让",
    "このドメインは売りに出されています",
    "このドメインは、販売中",
    "ドメインは現在販売中",
    "이 도메인은 판매",
    "הדומיין למכירה",
    "النطاق معروض للبيع",
    "domain này đang được bán",
];

/// Says that a domain is parked, if it is.
pub(super) fn parked(seen: &Seen<'_>) -> Option<Judgement> {
    let said = |reason: String| Some(Judgement::new(Liveness::Parked, reason));
    let host = seen.answer.url.host_str().unwrap_or_default();
    let is_at = |seller: &&&str| {
        host.strip_suffix(**seller).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let asked = seen.target.url().host_str().unwrap_or_default();
    if let Some(seller) = SELLERS.iter().find(is_at)
        && !asked.ends_with(seller)
    {
        return said(format!("the address leads to {seller}, where domains are sold"));
    }
    if seen.visible_bytes() > MOST_TEXT_BYTES {
        return None;
    }
    let mark = first_in(&seen.answer.body, &MARK_SEARCH).map(|mark| MARKS[mark]);
    let phrase = seen.document.and_then(|document| phrase(document, asked));
    match (mark, phrase) {
        (_, Some(phrase)) => said(format!("the page says \"{phrase}\"")),
        (Some(mark), None) => said(format!(
            "the page is one of a parking service ({})",
            String::from_utf8_lossy(mark)
        )),
        (None, None) => None,
    }
}

fn phrase(document: &Document, host: &str) -> Option<String> {
    let own = format!("{} is for sale", host.trim_start_matches("www."));
    let said = |text: &str| {
        let text = text.to_lowercase();
        let known = PHRASES.into_iter().find(|phrase| text.contains(phrase));
        known.or_else(|| text.contains(&own).then_some(&own)).map(str::to_owned)
    };
    let texts = document.blocks.iter().filter(|block| {
        // An article may well speak of domains that are for sale; a parked page says so at once.
        matches!(block.layer, Layer::Visible | Layer::Title | Layer::Noscript | Layer::Navigation)
    });
    texts.take(12).find_map(|block| said(document.block_text(block)))
}
