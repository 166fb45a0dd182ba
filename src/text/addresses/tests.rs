use proptest::prelude::*;

use super::*;

/// Renders what is found: the words, `!` after what was cut short, `~` before a bare host.
fn found(text: &str) -> Vec<String> {
    addresses_in(text)
        .iter()
        .map(|address| {
            let bare = if address.shape == AddressShape::BareHost { "~" } else { "" };
            let cut = if address.extent == Extent::CutShort { "!" } else { "" };
            format!("{bare}{}{cut}", &text[address.range.clone()])
        })
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "in {text:?}");
}

#[test]
fn a_host_with_a_path_is_an_address_whatever_its_case() {
    check("[1] Tass.com/politics/1805115, June 19, 2024.", &["Tass.com/politics/1805115"]);
    check(
        "[3] En.kremlin.ru/events/president/news/74317",
        &["En.kremlin.ru/events/president/news/74317"],
    );
    check(
        "Pnp.ru/politics/kak-putin.html?clckid=8cc29be9, June 22, 2024.",
        &["Pnp.ru/politics/kak-putin.html?clckid=8cc29be9"],
    );
    check(
        "Vz.ru/politics/2024/6/19/1273896.html,June 19, 2024",
        &["Vz.ru/politics/2024/6/19/1273896.html"],
    );
    check(
        "TASS.COM/politics/1 and example.co.uk:8080/x",
        &["TASS.COM/politics/1", "example.co.uk:8080/x"],
    );
    check(
        "Gazeta.Ru/politics/news/2024/06/25/1.shtml",
        &["Gazeta.Ru/politics/news/2024/06/25/1.shtml"],
    );
}

#[test]
fn hosts_in_other_scripts_are_found() {
    check("см. Яндекс.рф/новости/1.", &["Яндекс.рф/новости/1"]);
    check("президент.рф", &["~президент.рф"]);
    check("参见Tass.com/politics/1805115。下文", &["Tass.com/politics/1805115"]);
    check(
        "中文https://example.com/a，https://example.org/b。",
        &["https://example.com/a", "https://example.org/b"],
    );
    check("xn--d1abbgf6aiiy.xn--p1ai/events/1", &["xn--d1abbgf6aiiy.xn--p1ai/events/1"]);
    check("موقع www.aljazeera.net/news/2024، اليوم", &["www.aljazeera.net/news/2024"]);
}

#[test]
fn abbreviations_files_versions_and_mail_are_no_addresses() {
    for text in [
        "regular U.S. threats, the U.S./DPRK talks",
        "see report.pdf and docs/index.html, node.js, v1.2.3, 12.5 percent, 1.2.3.4/24",
        "write to editor@tass.com or first.last@mail.example.org/x",
        "It ended.Then it began. The war.At last. Mr.No/Mrs.No",
        "a.m./p.m., e.g., i.e., Ph.D./MBA, и т.д., т.е./т.к.",
        "README.md, setup.py, main.rs and build.sh",
        "and/or, 24/7, km/h, analysts... well, perhaps",
        "http:// and https://… and ://x",
        "end.comа?",
        "src/example.com/path, #example.com/x",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_bare_host_is_reported_as_such() {
    check("published by Gazeta.ru, the", &["~Gazeta.ru"]);
    check("Gazeta.ru/Lenta.ru wrote", &["~Gazeta.ru"]);
    check("Gazeta.Ru wrote", &[]);
    check("tass.com's report", &["~tass.com"]);
    check("Have you read Tass.com?", &["~Tass.com"]);
    check("www.kremlin.ru says", &["www.kremlin.ru"]);
}

#[test]
fn punctuation_and_quotation_marks_around_an_address_are_left_out() {
    check("“https://a.com/x,” she", &["https://a.com/x"]);
    check("«https://a.com/x».", &["https://a.com/x"]);
    check("'https://a.com/x', 'b'", &["https://a.com/x"]);
    check("<https://a.com/x>; **https://a.com/y**", &["https://a.com/x", "https://a.com/y"]);
    check("_https://a.com/x_ but https://a.com/x_", &["https://a.com/x", "https://a.com/x_"]);
    check("https://a.com/l’article and Tass.com/x’s", &["https://a.com/l’article", "Tass.com/x"]);
    check("https://a.com/x?! https://a.com/y;", &["https://a.com/x", "https://a.com/y"]);
    check("https://a.com/x,https://b.com/y", &["https://a.com/x", "https://b.com/y"]);
}

#[test]
fn brackets_belong_to_an_address_if_it_closes_them() {
    check(
        "(see https://en.wikipedia.org/wiki/Foo_(bar)).",
        &["https://en.wikipedia.org/wiki/Foo_(bar)"],
    );
    check("(https://a.com/x)", &["https://a.com/x"]);
    check("https://a.com/x(see below)", &["https://a.com/x"]);
    check("[text](https://a.com/b_(c)d)", &["https://a.com/b_(c)d"]);
    check(
        "https://a.com/x[12] and https://a.com/?f[0]=1&g[]=2",
        &["https://a.com/x", "https://a.com/?f[0]=1&g[]=2"],
    );
    check("http://[::1]:8080/x", &["http://[::1]:8080/x"]);
    check("https://user:pw@a.com/x", &["https://user:pw@a.com/x"]);
}

#[test]
fn an_address_cut_with_an_ellipsis_is_flagged() {
    check("https://a.com/long/pa…", &["https://a.com/long/pa…!"]);
    check("https://a.com/long/pa... and", &["https://a.com/long/pa...!"]);
    check("https://a.com/…/end.html", &["https://a.com/…/end.html!"]);
    check("Tass.com/.../1805115", &["Tass.com/.../1805115!"]);
    check("https://a.com/x[…]", &["https://a.com/x[…]!"]);
    check("Tass.com… wrote", &["~Tass.com"]);
}

#[test]
fn spellings_that_keep_an_address_from_being_clicked_are_found() {
    check("hxxps://t[.]me/x/1", &["hxxps://t[.]me/x/1"]);
    check("hxxp[:]//t[.]me/x", &["hxxp[:]//t[.]me/x"]);
    check("t[.]me/x and kremlin[dot]ru", &["t[.]me/x", "kremlin[dot]ru"]);
    check("https//tass.com/x, https:/tass.com/x", &["https//tass.com/x", "https:/tass.com/x"]);
    check(
        "http%3A//tass.com/x http%3A%2F%2Ftass.com%2Fx",
        &["http%3A//tass.com/x", "http%3A%2F%2Ftass.com%2Fx"],
    );
    check("http//and so on", &[]);
}

#[test]
fn spelled_out_dots_are_read_where_a_path_follows() {
    let found = |text: &str| -> Vec<String> {
        spelled_out_addresses_in(text).iter().map(|a| text[a.range.clone()].to_owned()).collect()
    };
    assert_eq!(found("see kremlin dot ru/events/1."), ["kremlin dot ru/events/1"]);
    assert_eq!(found("en dot kremlin dot ru/events"), ["en dot kremlin dot ru/events"]);
    assert!(found("a polka dot dress, the dot com bubble, kremlin dot ru").is_empty());
}

#[test]
fn other_schemes_are_reported_with_their_scheme() {
    check("ftp://a.org/x gopher://b.org/1", &["ftp://a.org/x", "gopher://b.org/1"]);
    check("seehttps://a.com/x", &["https://a.com/x"]);
}

#[test]
fn hostile_text_takes_linear_time() {
    for unit in [
        "http://a(",
        "a.com/(",
        "Mr.No?a",
        "[.]a",
        "a.a.",
        "https://a.com/x,",
        "((((",
        "http//",
        "…",
        "a[.]com/x[",
        "A.ru/B.ru/",
    ] {
        let text = unit.repeat(400_000 / unit.len());
        let found = addresses_in(&text);
        assert!(found.len() <= text.len());
    }
}

proptest! {
    #[test]
    fn ranges_are_ascending_disjoint_and_on_character_boundaries(text in "([a-zA-Zа-я.:/()\\[\\]…,'’ @?#%-]|http://|www\\.|\\.com|\\[\\.\\]){0,40}") {
        let mut last = 0;
        for address in addresses_in(&text) {
            prop_assert!(address.range.start >= last && address.range.start < address.range.end);
            prop_assert!(text.get(address.range.clone()).is_some());
            last = address.range.end;
        }
    }

    #[test]
    fn an_address_between_spaces_is_found_whole(path in "[a-z0-9/_%=-]{0,20}[a-z0-9]") {
        let url = format!("https://example.com/{path}");
        prop_assert_eq!(found(&format!("Read {url} now.")), vec![url]);
    }
}

/// Finds addresses by looking at every word, as is slow but plain.
fn by_every_word(text: &str) -> Vec<FoundAddress> {
    let mut brackets = Brackets::default();
    let mut found: Vec<FoundAddress> = Vec::new();
    let mut at = 0;
    while let Some(run) = host::next_run(text, at) {
        let address = with_scheme(text, &run, &mut brackets)
            .or_else(|| without_scheme(text, &run, &mut brackets));
        at = run.end;
        if let Some(address) = address {
            at = at.max(address.range.end);
            found.push(address);
        }
    }
    found
}

proptest! {
    #[test]
    fn passing_over_words_loses_no_address(parts in prop::collection::vec(prop::sample::select(vec![
        "a", "tass", ".", "com", "/", "//", ":", "https", "hxxp", "[.]", "(", ")", "[", "]", "%3A", "%2F", "dot", " ", "\n", "-", "_", "www", "ru", "@", "é", "中", "\"", "?", "#", "1", "..", "{dot}", "Co", "://",
    ]), 0..24)) {
        let text = parts.concat();
        prop_assert_eq!(addresses_in(&text), by_every_word(&text), "{}", text);
    }
}
