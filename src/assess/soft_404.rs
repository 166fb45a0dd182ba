//! Recognises error pages that come with status 200 by where the address leads and by what the page calls itself.

use url::Url;

use super::{Judgement, Seen, visible_bytes};
use crate::document::{BlockKind, Document, Layer};
use crate::source::Liveness;

/// More visible text than this, in bytes, is no error page, whatever its title says.
const MOST_TEXT_BYTES: usize = 4000;

/// Less visible text than this, in bytes, is a message and nothing else.
const BARE_TEXT_BYTES: usize = 400;

/// How pages begin that a server or a host shows where a site has been taken away, lower case: a whole title or
/// heading.
const STAND_INS: [&str; 17] = [
    "welcome to nginx",
    "apache2 ubuntu default page",
    "apache2 ubuntu default page: it works",
    "apache2 debian default page",
    "apache2 debian default page: it works",
    "test page for the apache http server",
    "http server test page",
    "iis windows server",
    "default web site page",
    "default plesk page",
    "web server's default page",
    "account suspended",
    "this account has been suspended",
    "site suspended",
    "website suspended",
    "website expired",
    "сайт заблокирован хостинг-провайдером",
];

/// What bare error pages say, lower case.
const APOLOGIES: [&str; 18] = [
    "page you requested could not be found",
    "page you requested was not found",
    "page you are looking for could not be found",
    "page you are looking for does not exist",
    "page you are looking for doesn't exist",
    "page you're looking for doesn't exist",
    "page you were looking for doesn't exist",
    "page you were looking for could not be found",
    "page has been removed or does not exist",
    "requested url was not found on this server",
    "запрашиваемая страница не найдена",
    "запрошенная страница не найдена",
    "die angeforderte seite wurde nicht gefunden",
    "la page que vous cherchez n'existe pas",
    "la page demandée n'existe pas",
    "la página que busca no existe",
    "la pagina richiesta non esiste",
    "您访问的页面不存在",
];

/// What error pages call themselves, lower case; a whole part of a title or a heading.
const NAMES: [&str; 111] = [
    "not found",
    "page not found",
    "file not found",
    "404 not found",
    "404 page not found",
    "error 404",
    "404 error",
    "404",
    "error 404 not found",
    "http 404",
    "the page cannot be found",
    "page cannot be found",
    "page can't be found",
    "that page can't be found",
    "oops! that page can't be found",
    "the page you requested was not found",
    "the page you requested could not be found",
    "the page you are looking for could not be found",
    "the page you were looking for doesn't exist",
    "the page you're looking for doesn't exist",
    "this page doesn't exist",
    "this page does not exist",
    "page does not exist",
    "page doesn't exist",
    "page not available",
    "page unavailable",
    "this page isn't available",
    "this page is not available",
    "content not found",
    "article not found",
    "document not found",
    "nothing found",
    "we can't find that page",
    "we couldn't find that page",
    "sorry, page not found",
    "oops! page not found",
    "страница не найдена",
    "страница не существует",
    "страница не найдена (404)",
    "ошибка 404",
    "404 страница не найдена",
    "такой страницы не существует",
    "материал не найден",
    "документ не найден",
    "сторінку не знайдено",
    "seite nicht gefunden",
    "seite wurde nicht gefunden",
    "fehler 404",
    "page non trouvée",
    "page introuvable",
    "erreur 404",
    "página no encontrada",
    "no se encontró la página",
    "error 404 página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "errore 404",
    "pagina niet gevonden",
    "strona nie została znaleziona",
    "nie znaleziono strony",
    "sayfa bulunamadı",
    "页面不存在",
    "页面未找到",
    "找不到页面",
    "您访问的页面不存在",
    "頁面不存在",
    "找不到網頁",
    "ページが見つかりません",
    "ページが見つかりませんでした",
    "お探しのページは見つかりませんでした",
    "페이지를 찾을 수 없습니다",
    "الصفحة غير موجودة",
    "صفحه یافت نشد",
    "הדף לא נמצא",
    "העמוד לא נמצא",
    "stránka nenalezena",
    "stránka nebyla nalezena",
    "stránka neexistuje",
    "sidan hittades inte",
    "sidan kunde inte hittas",
    "siden blev ikke fundet",
    "siden ble ikke funnet",
    "sivua ei löydy",
    "sivua ei löytynyt",
    "az oldal nem található",
    "pagina nu a fost găsită",
    "pagina negăsită",
    "η σελίδα δεν βρέθηκε",
    "страницата не е намерена",
    "страница није пронађена",
    "stranica nije pronađena",
    "страница удалена",
    "страница не найдена или удалена",
    "запрашиваемая страница не найдена",
    "la page demandée n'existe pas",
    "cette page n'existe pas",
    "diese seite existiert nicht",
    "die seite wurde nicht gefunden",
    "la página no existe",
    "esta página no existe",
    "página inexistente",
    "la pagina non esiste",
    "halaman tidak ditemukan",
    "không tìm thấy trang",
    "trang không tồn tại",
    "ไม่พบหน้าที่คุณต้องการ",
    "पृष्ठ नहीं मिला",
    "story not found",
    "post not found",
    "resource not found",
    "not found on this server",
];

/// What the last part of an address is called that shows an error.
const ERROR_PATHS: [&str; 14] = [
    "404",
    "404.html",
    "404.htm",
    "404.php",
    "404.aspx",
    "error404",
    "error",
    "error.html",
    "error.aspx",
    "notfound",
    "not-found",
    "not_found",
    "page-not-found",
    "pagenotfound",
];

/// Says that a page is an error page under status 200, if it is.
pub(super) fn soft_404(seen: &Seen<'_>) -> Option<Judgement> {
    let asked = seen.target.url();
    let found = &seen.answer.url;
    let said = |reason: String| Some(Judgement::new(Liveness::Soft404, reason));
    if !seen.hops.is_empty() {
        if leads_to_front_page(asked, found) {
            return said(format!("the address leads to the front page, {found}"));
        }
        if let Some(last) = last_segment(found)
            && ERROR_PATHS.contains(&last.to_ascii_lowercase().as_str())
            && last_segment(asked) != Some(last)
        {
            return said(format!("the address leads to an error page, {found}"));
        }
    }
    let document = seen.document?;
    let length = visible_bytes(document);
    if length > MOST_TEXT_BYTES {
        return None;
    }
    if let Some(text) = stand_in(document) {
        return said(format!("status {}, but the page says \"{text}\"", seen.answer.status));
    }
    if length < BARE_TEXT_BYTES
        && let Some(text) = apology(document)
    {
        return said(format!("status {}, but all the page says is \"{text}\"", seen.answer.status));
    }
    let name = document.title.as_deref().and_then(error_name).or_else(|| heading_name(document))?;
    said(format!("status {}, but the page calls itself \"{name}\"", seen.answer.status))
}

/// Tells whether a deep address was sent to the front page of its own site.
fn leads_to_front_page(asked: &Url, found: &Url) -> bool {
    is_front_page(found) && !is_front_page(asked) && is_same_site(asked, found)
}

/// Tells whether an address is that of a site's front page, or of the front page of a language: `/en/`.
pub(super) fn is_front_page(url: &Url) -> bool {
    let depth = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let parts: Vec<&str> = depth.take(2).collect();
    let is_index = |part: &str| {
        let name = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        ["index", "home", "default", "main"].contains(&name.as_str())
            || (name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    url.query().is_none_or(str::is_empty)
        && (parts.is_empty() || (parts.len() == 1 && is_index(parts[0])))
}

/// Tells whether two addresses are of one registrable domain.
pub(super) fn is_same_site(one: &Url, other: &Url) -> bool {
    let site = |url: &Url| {
        let host = url.host_str()?.to_owned();
        let domain = psl::domain_str(&host).map(str::to_owned);
        Some(domain.unwrap_or(host))
    };
    site(one).is_some() && site(one) == site(other)
}

/// Returns the last part of an address's path that is not empty.
pub(super) fn last_segment(url: &Url) -> Option<&str> {
    url.path_segments()?.rfind(|part| !part.is_empty())
}

/// Returns what a page is called that stands in for a site that is gone.
fn stand_in(document: &Document) -> Option<&'static str> {
    let headings = document.blocks.iter().filter(|block| {
        block.layer == Layer::Visible && matches!(block.kind, BlockKind::Heading(1 | 2))
    });
    let headings = headings.take(1).map(|block| document.block_text(block));
    document.title.as_deref().into_iter().chain(headings).find_map(|text| {
        let text = bare(&text.to_lowercase().replace('’', "'")).to_owned();
        STAND_INS.into_iter().find(|known| *known == text)
    })
}

/// Returns what a page says that is no more than a message that there is none.
fn apology(document: &Document) -> Option<&'static str> {
    let visible = document.blocks.iter().filter(|block| block.layer == Layer::Visible);
    visible.take(6).find_map(|block| {
        let text = document.block_text(block).to_lowercase().replace('’', "'");
        APOLOGIES.into_iter().find(|apology| text.contains(apology))
    })
}

/// Takes away the signs around a name.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ".!-:()[]\"¡".contains(c))
}

/// Returns the name of an error page, if a part of a title is one.
fn error_name(title: &str) -> Option<&'static str> {
    let title = title.to_lowercase().replace('’', "'");
    let parts = std::iter::once(title.as_str())
        .chain(title.split(['|', '–', '—', '·', '•', '«', '»', ':']))
        .chain(title.split(" - "));
    parts.map(without_number).find_map(|part| NAMES.into_iter().find(|name| *name == part))
}

/// Takes away what often stands around the name itself: "Page not found (404)", "Oops! Page not found".
fn without_number(part: &str) -> &str {
    let part = bare(part);
    let rest = part.strip_prefix("404").map(bare).filter(|rest| !rest.is_empty());
    let part = rest.unwrap_or(part);
    let rest = part.strip_suffix("404").map(bare).filter(|rest| rest.contains(' '));
    rest.unwrap_or(part)
}

fn heading_name(document: &Document) -> Option<&'static str> {
    let headings = document.blocks.iter().filter(|block| {
        block.layer == Layer::Visible && matches!(block.kind, BlockKind::Heading(1 | 2))
    });
    // A heading "404" may be that of a chapter or a room.
    let name = |block| error_name(document.block_text(block)).filter(|name| *name != "404");
    headings.take(3).find_map(name)
}
