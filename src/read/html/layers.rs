//! Says in which layer the text of an element is: the article, navigation, beside the article, hidden.
//!
//! Elements, roles and styles are believed. Usual names of classes and ids are believed less: what they say is
//! marked as loose, is overruled by an element that holds the main content, and is taken back when it would
//! leave a page without text. Names are compared as a whole, never by a part of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::attributes::Attributes;
use super::elements::Element;
use super::page::Certainty;
use crate::document::Layer;

/// What the elements around an element say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Around {
    /// The layer of the text around it.
    pub(super) layer: Layer,
    /// How sure that is.
    pub(super) certainty: Certainty,
    /// Whether an article, a section or the like is around it.
    pub(super) sectioning: Sectioning,
}

/// Whether a header or footer is the page's or that of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sectioning {
    /// It is the page's.
    Page,
    /// It is that of an article or a section.
    Part,
}

/// Says the layer of an element's text, given that of the text around it.
pub(super) fn layer(
    element: Element,
    name: &str,
    attributes: &Attributes<'_>,
    around: Around,
) -> (Layer, Certainty) {
    if is_root(element) {
        return (around.layer, around.certainty);
    }
    // What is hidden, or read only without scripts, stays so.
    if matches!(around.layer, Layer::CssHidden | Layer::Noscript) {
        return (around.layer, around.certainty);
    }
    if matches!(around.layer, Layer::Navigation | Layer::Aside)
        && is_main(element, attributes, around.certainty)
    {
        return (Layer::Visible, Certainty::Sure);
    }
    let own = by_markup(element, name, attributes, around)
        .map(|layer| (layer, Certainty::Sure))
        .or_else(|| by_names(element, attributes, around).map(|layer| (layer, Certainty::Loose)));
    match (around.layer, own) {
        (_, Some((layer @ (Layer::CssHidden | Layer::Noscript), certainty)))
        | (Layer::Visible | Layer::Details, Some((layer, certainty))) => (layer, certainty),
        (outer, Some(_) | None) => (outer, around.certainty),
    }
}

const fn is_root(element: Element) -> bool {
    matches!(element, Element::Html | Element::Body | Element::Head)
}

/// Tells whether an element holds the main content, though what is around it does not seem to.
fn is_main(element: Element, attributes: &Attributes<'_>, around: Certainty) -> bool {
    let by_name =
        || around == Certainty::Loose && names(attributes).any(|class| class == Class::Main);
    element == Element::Main
        || attributes.role.is_some_and(|role| role.eq_ignore_ascii_case("main"))
        || attributes.itemprop.is_some_and(|name| name.eq_ignore_ascii_case("articleBody"))
        || by_name()
}

/// What an element, a role, a style or an attribute says.
fn by_markup(
    element: Element,
    name: &str,
    attributes: &Attributes<'_>,
    around: Around,
) -> Option<Layer> {
    if is_hidden(element, attributes) {
        return Some(Layer::CssHidden);
    }
    if is_note(attributes) {
        return None;
    }
    let of_page = around.sectioning == Sectioning::Page;
    let by_role = attributes.role.and_then(|role| match role {
        "navigation" | "search" | "menu" | "menubar" => Some(Layer::Navigation),
        "banner" | "contentinfo" if of_page => Some(Layer::Navigation),
        "complementary" => Some(Layer::Aside),
        _ => None,
    });
    by_role.or_else(|| by_item_type(attributes)).or(match element {
        Element::Noscript
        | Element::Noframes
        | Element::Audio
        | Element::Video
        | Element::Canvas
        | Element::Object
        | Element::Applet => Some(Layer::Noscript),
        Element::Details if attributes.open.is_none() => Some(Layer::Details),
        Element::Nav | Element::Select | Element::Datalist => Some(Layer::Navigation),
        Element::Header | Element::Footer if of_page => Some(Layer::Navigation),
        Element::Aside => Some(Layer::Aside),
        Element::Other if name.eq_ignore_ascii_case("amp-ad") => Some(Layer::Aside),
        _ => None,
    })
}

fn is_hidden(element: Element, attributes: &Attributes<'_>) -> bool {
    let folded_away = match element {
        Element::Template => attributes.shadow.is_none(),
        Element::Dialog => attributes.open.is_none(),
        _ => false,
    };
    // A script shows the main content of some pages after it has been hidden against flicker.
    let may_hide = !matches!(element, Element::Main | Element::Article);
    folded_away
        || (may_hide
            && (attributes.hidden.is_some_and(|value| !value.eq_ignore_ascii_case("until-found"))
                || attributes.style.is_some_and(hides)))
}

/// Tells whether a style hides what it is for.
fn hides(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, value)| {
        let value = value.split('!').next().unwrap_or(value).trim();
        match name.trim() {
            name if name.eq_ignore_ascii_case("display") => value.eq_ignore_ascii_case("none"),
            name if name.eq_ignore_ascii_case("visibility") => value.eq_ignore_ascii_case("hidden"),
            _ => false,
        }
    })
}

/// Tells whether an element is a note, which is part of the text wherever it stands.
fn is_note(attributes: &Attributes<'_>) -> bool {
    let is = |names: Option<&str>| {
        names.is_some_and(|names| {
            names.split_ascii_whitespace().any(|name| {
                ["doc-footnote", "doc-endnote", "doc-endnotes", "footnote", "footnotes"]
                    .iter()
                    .chain(&["endnote", "endnotes", "rearnote", "rearnotes", "note"])
                    .any(|known| known.eq_ignore_ascii_case(name))
            })
        })
    };
    is(attributes.role) || is(attributes.epub_type)
}

fn by_item_type(attributes: &Attributes<'_>) -> Option<Layer> {
    let kind = attributes.itemtype?.rsplit('/').next()?;
    match kind {
        "Comment" | "UserComments" => Some(Layer::UserComment),
        "WPHeader" | "WPFooter" | "SiteNavigationElement" | "BreadcrumbList" => {
            Some(Layer::Navigation)
        }
        "WPSideBar" | "WPAdBlock" => Some(Layer::Aside),
        _ => None,
    }
}

/// What a usual name of a class or an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Main,
    Navigation,
    /// The foot of the page, unless a part of it.
    Footer,
    Aside,
    Advertisement,
    Comments,
    /// One reader's comment, if it is a block.
    Comment,
    Hidden,
}

/// What class and id say.
fn by_names(element: Element, attributes: &Attributes<'_>, around: Around) -> Option<Layer> {
    if matches!(element, Element::Main | Element::H1) {
        return None;
    }
    names(attributes).find_map(|class| match class {
        Class::Main => None,
        Class::Hidden => Some(Layer::CssHidden),
        Class::Comments => (element != Element::Span).then_some(Layer::UserComment),
        Class::Comment => {
            let is_block =
                matches!(element, Element::Div | Element::Li | Element::Article | Element::Section);
            is_block.then_some(Layer::UserComment)
        }
        Class::Footer => (around.sectioning == Sectioning::Page).then_some(Layer::Navigation),
        Class::Navigation => Some(Layer::Navigation),
        Class::Aside => (element != Element::Article).then_some(Layer::Aside),
        Class::Advertisement => Some(Layer::Aside),
    })
}

fn names(attributes: &Attributes<'_>) -> impl Iterator<Item = Class> {
    let classes = attributes.class.unwrap_or_default().split_ascii_whitespace();
    let ids = attributes.id.unwrap_or_default().split_ascii_whitespace();
    classes.chain(ids).filter_map(class)
}

/// Looks up one name.
fn class(name: &str) -> Option<Class> {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first()?.to_ascii_lowercase(), bytes.last()?.to_ascii_lowercase());
    if bytes.len() > MAX_NAME || !SIEVE.may_have(first, last, bytes.len()) {
        return is_advertisement(bytes).then_some(Class::Advertisement);
    }
    let mut lower = [0; MAX_NAME];
    let lower = &mut lower[..bytes.len()];
    for (to, from) in lower.iter_mut().zip(bytes) {
        *to = if *from == b'_' { b'-' } else { from.to_ascii_lowercase() };
    }
    let known = CLASSES.get(&*lower).copied();
    known.or_else(|| is_advertisement(bytes).then_some(Class::Advertisement))
}

/// Recognises the names that advertising systems make up.
fn is_advertisement(name: &[u8]) -> bool {
    let begins = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    match name.first() {
        Some(b'd' | b'D') => begins("div-gpt-ad") || begins("dfp-ad"),
        Some(b'g' | b'G') => {
            begins("google_ads")
                || begins("google-ads")
                || begins("google-auto-placed")
                || begins("gpt-ad")
        }
        Some(b'y' | b'Y') => begins("yandex_rtb") || begins("yandex-rtb"),
        Some(b'a' | b'A') => begins("adfox") || begins("adriver"),
        Some(b't' | b'T') => begins("taboola-"),
        Some(b'o' | b'O') => begins("outbrain_") || begins("ob-widget"),
        Some(_) | None => false,
    }
}

/// The longest name in the table, in bytes.
const MAX_NAME: usize = 31;

/// Rules out most names by their first and last letter and their length.
struct Sieve {
    first: [u32; 128],
    last: [u32; 128],
}

impl Sieve {
    fn may_have(&self, first: u8, last: u8, length: usize) -> bool {
        let bit = 1 << length;
        let of = |table: &[u32; 128], byte: u8| {
            table.get(usize::from(byte)).is_some_and(|&t| t & bit != 0)
        };
        of(&self.first, first) && of(&self.last, last)
    }
}

static SIEVE: LazyLock<Sieve> = LazyLock::new(|| {
    let mut sieve = Sieve { first: [0; 128], last: [0; 128] };
    for (names, _) in TABLE {
        for name in names.split_ascii_whitespace() {
            let bytes = name.as_bytes();
            let bit = 1 << bytes.len();
            sieve.first[usize::from(bytes[0])] |= bit;
            sieve.last[usize::from(bytes[bytes.len() - 1])] |= bit;
        }
    }
    sieve
});

static CLASSES: LazyLock<HashMap<&'static [u8], Class>> = LazyLock::new(|| {
    let names = |&(names, class): &(&'static str, Class)| {
        names.split_ascii_whitespace().map(move |name| (name.as_bytes(), class))
    };
    TABLE.iter().flat_map(names).collect()
});

/// The usual names, lower case, with hyphens for underscores.
const TABLE: &[(&str, Class)] = &[
    (
        "article-body articlebody article-content article-text article-main article--body \
         articletext entry-content post-content post-body postbody story-body story-content storybody \
         main-content maincontent mw-parser-output mw-content-text bodycontent news-text newstext \
         text-content content-body page-content",
        Class::Main,
    ),
    (
        "nav navbar navigation main-nav mainnav main-navigation primary-nav primary-navigation \
         site-navigation site-nav global-nav globalnav topnav top-nav subnav sub-nav sidenav side-nav \
         nav-bar nav-menu navmenu main-menu mainmenu top-menu topmenu menu-main mobile-menu menu \
         side-menu sidemenu footer-menu breadcrumb breadcrumbs breadcrumb-nav bread-crumbs pagination pager \
         page-numbers nav-links post-navigation posts-navigation site-header global-header siteheader \
         masthead page-header-nav skip-link skip-links skiplink skip-to-content skip-nav skip \
         cookie-banner cookie-consent cookie-notice cookiebar cookie-bar cookie-message cookie-popup \
         cookies-banner cookie-policy-banner gdpr gdpr-banner gdpr-consent consent-banner consent-popup \
         onetrust-banner-sdk onetrust-consent-sdk cybotcookiebotdialog share share-buttons share-links \
         share-bar sharing share-tools social-share social-links social-buttons social-icons socials \
         sharedaddy addthis-toolbox ya-share2 lang-switcher language-switcher language-selector \
         mw-editsection mw-jump-link navbox catlinks printfooter mw-navigation mw-head mw-panel toc toc-list \
         table-of-contents vector-toc vector-header vector-page-toolbar headerlink back-to-top \
         search-form searchform search-box searchbox login-form sitemap site-map toolbar user-menu \
         mw-cite-backlink noprint-nav",
        Class::Navigation,
    ),
    (
        "footer site-footer page-footer global-footer main-footer sitefooter colophon bottom-footer \
         copyright copyrights",
        Class::Footer,
    ),
    (
        "related related-articles related-article related-posts related-post related-news related-links \
         related-link related-content related-stories related-story related-items related-materials \
         related-topics related-list related-block relatedposts relatednews relatedarticles \
         jp-relatedposts yarpp yarpp-related read-also readalso read-more-block also-read see-also-block \
         more-news more-stories more-articles more-on recommended recommendations recommended-articles \
         recommended-posts recirculation recirc most-read mostread most-popular mostpopular popular-posts \
         popular-news popular-articles latest-news last-news trending trending-now top-stories sidebar \
         side-bar sidebars left-sidebar right-sidebar sidebar-left sidebar-right sidebar-right-block \
         newsletter-signup newsletter-form newsletter-box newsletter-subscribe subscribe-box \
         subscribe-form subscription-box inline-newsletter promo promos promo-box promo-block teaser-list \
         teasers teaser-box read-next readnext next-article next-articles up-next you-may-also-like \
         you-might-also-like tagcloud tag-cloud news-ticker newsfeed news-feed-sidebar lenta-sidebar",
        Class::Aside,
    ),
    (
        "ad ads adv advert adverts advertisement advertisements advertising advertisment adsbygoogle \
         ad-slot adslot ad-container adcontainer ad-wrapper ad-wrap adwrapper ad-unit adunit ad-block \
         adblock ad-box adbox ad-banner ad-label ad-placeholder ad-placement ad-zone ad-space ad-area \
         ad-holder ad-inner ad-outer ad-frame ad-top ad-bottom ad-side ad-inline ad-mobile ad-desktop \
         ad-leaderboard ad-mpu ad-rectangle ad-native ad-content ad-text ad-title ad-notice ad-break \
         ads-container ads-wrapper ads-block ads-box ads-banner advert-block advert-container advert-wrapper \
         advert-label adv-block adv-banner adv-container advertisement-label advertisement-container \
         banner-ad banner-ads banner-advert inline-ad inline-ads inline-advert in-article-ad in-content-ad \
         article-ad content-ad text-ad native-ad native-ads sponsored-link sponsored-links google-ad \
         google-ads googlead dfp-ad dfp-slot gpt-ad outbrain taboola mgbox mgid trc-related-container \
         reklama reklama-block werbung anzeige publicidad publicite pubblicita",
        Class::Advertisement,
    ),
    (
        "comments comment-list commentlist comments-list comments-area comments-section comment-section \
         comments-block comments-wrapper comments-container commentsection user-comments usercomments \
         reader-comments disqus-thread disqus fb-comments comment-respond respond comment-form commentform \
         comment-body comment-content comment-text vk-comments hypercomments-widget comments-wrap",
        Class::Comments,
    ),
    ("comment user-comment usercomment reader-comment", Class::Comment),
    (
        "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader screenreader-only \
         sr-only-focusable u-hidden-visually is-visually-hidden offscreen element-invisible",
        Class::Hidden,
    ),
];

#[cfg(test)]
mod tests {
    use super::super::tokenizer::{Token, Tokenizer};
    use super::*;

    const AROUND: Around =
        Around { layer: Layer::Visible, certainty: Certainty::Sure, sectioning: Sectioning::Page };

    fn of(tag: &str, around: Around) -> Layer {
        let (mut tokenizer, mut attributes) = (Tokenizer::new(tag), Vec::new());
        let Some(Token::Start { name, .. }) = tokenizer.next(&mut attributes) else {
            panic!("a start tag")
        };
        layer(Element::named(name), name, &Attributes::of(&attributes), around).0
    }

    #[test]
    fn elements_roles_styles_and_usual_names_say_the_layer() {
        for (tag, layer) in [
            ("<div>", Layer::Visible),
            ("<nav>", Layer::Navigation),
            ("<div role=navigation>", Layer::Navigation),
            ("<aside>", Layer::Aside),
            ("<aside role=doc-footnote>", Layer::Visible),
            ("<header>", Layer::Navigation),
            ("<div style='color: red; DISPLAY : none !important'>", Layer::CssHidden),
            ("<div style='display:block'>", Layer::Visible),
            ("<p hidden>", Layer::CssHidden),
            ("<noscript>", Layer::Noscript),
            ("<details>", Layer::Details),
            ("<details open>", Layer::Visible),
            ("<div class='a Related-News b'>", Layer::Aside),
            ("<div class='ad'>", Layer::Aside),
            ("<div id='div-gpt-ad-123'>", Layer::Aside),
            ("<ol class=comment-list>", Layer::UserComment),
            ("<li class=comment>", Layer::UserComment),
            ("<span class=comment>", Layer::Visible),
            ("<span class=sr-only>", Layer::CssHidden),
            ("<div id=footer>", Layer::Navigation),
        ] {
            assert_eq!(of(tag, AROUND), layer, "{tag}");
        }
    }

    #[test]
    fn names_that_only_resemble_usual_ones_say_nothing() {
        for tag in [
            "<div class=adaptive>",
            "<div class='has-sidebar ad-free'>",
            "<div class=navigation-hidden-content>",
            "<div class=relatedness>",
            "<div class=commentary>",
            "<body class=sidebar>",
            "<main class=related>",
            "<article class=related>",
            "<h1 class=promo>",
            "<section class=read-the-document>",
        ] {
            assert_eq!(of(tag, AROUND), Layer::Visible, "{tag}");
        }
    }

    #[test]
    fn headers_and_footers_of_articles_are_part_of_them() {
        let around = Around { sectioning: Sectioning::Part, ..AROUND };
        for tag in ["<header>", "<footer>", "<div class=footer>", "<div role=banner>"] {
            assert_eq!(of(tag, around), Layer::Visible, "{tag}");
        }
    }

    #[test]
    fn main_content_comes_back_out_of_navigation_but_not_out_of_hiding() {
        let inside = |layer| Around { layer, certainty: Certainty::Loose, ..AROUND };
        assert_eq!(of("<main>", inside(Layer::Navigation)), Layer::Visible);
        assert_eq!(of("<div class=article-body>", inside(Layer::Aside)), Layer::Visible);
        assert_eq!(of("<article>", inside(Layer::Aside)), Layer::Aside);
        assert_eq!(of("<main>", inside(Layer::CssHidden)), Layer::CssHidden);
        assert_eq!(of("<nav>", inside(Layer::UserComment)), Layer::UserComment);
    }
}
