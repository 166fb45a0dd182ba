//! Pages and addresses beside them in, judgements out.

use super::*;
use crate::assess::tests::{PAGE, Shape, assessed};

const SHOP: &str = "<!doctype html><title>Example</title><main><p>Welcome to our shop for lamps and chairs. \
    We deliver to every town in the country within two days.";
const STORY: &str = "<!doctype html><title>Example</title><main><p>The minister said on Tuesday that the \
    agreement would be signed once the surveys of the strait are complete.";

fn page(asked: &str, body: &str) -> AssessedPage {
    assessed(&Shape { asked, body, ..PAGE })
}

/// A page that was sent from one address to another.
fn sent(asked: &str, found: &str, body: &str) -> AssessedPage {
    assessed(&Shape { asked, hops: &[(302, found)], body, ..PAGE })
}

/// The addresses that are asked for, and the pages they are for.
fn asked_for(pages: &[AssessedPage], lacks_quotation: bool) -> Vec<(String, Vec<usize>)> {
    let likenesses: Vec<Likeness> = pages.iter().map(|page| Likeness::of(page).unwrap()).collect();
    let suspects: Vec<Suspect<'_>> = pages
        .iter()
        .zip(&likenesses)
        .map(|(page, likeness)| Suspect { source: &page.source, likeness, lacks_quotation })
        .collect();
    let planned = experiments(&suspects).into_iter();
    planned.map(|experiment| (experiment.sibling.url().to_string(), experiment.pages)).collect()
}

fn confirmed(mut page: AssessedPage, sibling: &AssessedPage) -> Option<(Liveness, String)> {
    let likeness = Likeness::of(&page)?;
    let other = Likeness::of(sibling);
    other
        .is_some_and(|other| confirm(&mut page.source, &likeness, (&sibling.source, &other)))
        .then_some((page.source.liveness, page.source.reason))
}

/// An article that is too long to be suspect.
fn long(title: &str, word: &str) -> String {
    let words = (0..60).map(|n| format!("{word}{} report ", "abcdefgh".repeat(n % 7 + 1)));
    format!("<!doctype html><title>{title}</title><main><p>{}", words.collect::<String>().repeat(3))
}

#[test]
fn a_page_is_an_error_page_when_an_address_that_cannot_exist_shows_the_same() {
    let sibling = page("https://example.org/news/x", SHOP);
    let (liveness, reason) =
        confirmed(page("https://example.org/news/story-1", SHOP), &sibling).unwrap();
    assert_eq!(liveness, Liveness::Soft404);
    assert_eq!(
        reason,
        "it is not the cited page: https://example.org/news/x, which cannot exist, shows the same page with status 200"
    );
    assert_eq!(confirmed(page("https://example.org/news/story-1", STORY), &sibling), None);
}

#[test]
fn what_differs_at_every_look_does_not_count() {
    let error = |address: &str, time: &str| {
        format!(
            "<!doctype html><title>Example {address}</title><p>We looked for {address} at {time} and there is \
             nothing under this address. Try our search, our front page or our archive."
        )
    };
    let one = page("https://example.org/a/lamp-posts", &error("/a/lamp-posts", "12:01"));
    let other = page("https://example.org/a/no-such", &error("/a/no-such", "12:09"));
    assert!(confirmed(one, &other).is_some());
}

#[test]
fn pages_that_share_all_but_their_title_are_two_pages() {
    let with_title = |title: &str| SHOP.replace("Example", title);
    let sibling = page("https://example.org/v/x", &with_title("Videos"));
    assert_eq!(
        confirmed(page("https://example.org/v/1", &with_title("Launch day")), &sibling),
        None
    );
}

#[test]
fn a_sibling_that_is_an_error_a_wall_or_empty_says_nothing() {
    let story = || page("https://example.org/news/1", STORY);
    for (status, body) in
        [(404, STORY), (500, STORY), (200, "<title>Just a moment...</title>"), (200, " ")]
    {
        let sibling = assessed(&Shape { status, body, ..PAGE });
        assert_eq!(confirmed(story(), &sibling), None, "{status} {body}");
    }
}

#[test]
fn shells_that_need_scripts_are_not_compared() {
    let shell =
        "<!doctype html><title>App</title><div id=\"root\"></div><script src=/a.js></script>";
    assert_eq!(Likeness::of(&page("https://example.org/a/1", shell)), None);
}

#[test]
fn one_address_is_asked_for_each_directory_and_only_where_a_page_is_suspect() {
    let short = |url: &str| page(url, STORY);
    let pages = [
        short("https://example.org/news/1"),
        short("https://example.org/news/2?x=y#z"),
        short("https://example.org/news/3.html"),
        short("https://example.org/"),
        short("https://example.org/en/"),
        page("https://example.org/long/1", &long("A", "one")),
    ];
    let name = "citeaudit-no-such-page-7f3a9c";
    let news = format!("https://example.org/news/{name}");
    let html = format!("{news}.html");
    assert_eq!(asked_for(&pages, false), [(news, vec![0, 1]), (html, vec![2])]);
}

#[test]
fn a_long_page_is_suspect_when_it_lacks_its_quotation_or_another_is_like_it() {
    let sibling = "https://example.org/a/citeaudit-no-such-page-7f3a9c".to_owned();
    let one = || page("https://example.org/a/1", &long("A", "one"));
    assert_eq!(asked_for(&[one()], true), [(sibling.clone(), vec![0])]);
    let twin = page("https://example.org/a/2", &long("A", "one"));
    let other = page("https://example.org/a/3", &long("A", "two"));
    assert_eq!(asked_for(&[one(), twin, other], false), [(sibling, vec![0, 1])]);
}

#[test]
fn a_page_that_was_sent_elsewhere_is_suspect() {
    let body = long("A", "one");
    let elsewhere = sent("https://example.org/a/1", "https://example.org/b", &body);
    assert_eq!(asked_for(&[elsewhere], false).len(), 1);
    let same = sent("http://example.org/a/1", "https://www.example.org/a/1/", &body);
    assert_eq!(asked_for(&[same], false), []);
    let front = body.replace("<main>", "<link rel=canonical href=/><main>");
    assert_eq!(asked_for(&[page("https://example.org/a/1", &front)], false).len(), 1);
}

#[test]
fn a_domain_that_lures_gamblers_on_every_page_is_taken_over() {
    let body = SHOP.replace("Example", "Situs Slot Gacor Terpercaya");
    let sibling = page("https://institute.example/x", &body);
    let (liveness, _) =
        confirmed(page("https://institute.example/report", &body), &sibling).unwrap();
    assert_eq!(liveness, Liveness::Parked);
    let cited_as_such = page("https://slot.example/gacor", &body);
    assert_eq!(confirmed(cited_as_such, &sibling).unwrap().0, Liveness::Soft404);
}

#[test]
fn different_addresses_that_all_lead_to_one_page_are_lost() {
    let body = long("Archive", "one");
    let lost = |urls: &[(&str, &str)]| {
        let pages: Vec<AssessedPage> =
            urls.iter().map(|(asked, found)| sent(asked, found, &body)).collect();
        let likeness = Likeness::of(&pages[0]).unwrap();
        let suspects: Vec<Suspect<'_>> = pages
            .iter()
            .map(|page| Suspect {
                source: &page.source,
                likeness: &likeness,
                lacks_quotation: false,
            })
            .collect();
        sent_to_one_page(&suspects).len()
    };
    let archive = "https://example.org/archive/all";
    let three = [
        ("https://example.org/a/one", archive),
        ("https://example.org/a/two", archive),
        ("https://example.org/b/three", archive),
    ];
    assert_eq!(lost(&three), 3);
    assert_eq!(lost(&three[..2]), 0);
    let ways = [
        ("https://example.org/amp/1805115", "https://example.org/news/1805115"),
        ("https://example.org/p/1805115-x", "https://example.org/news/1805115"),
        ("https://example.org/?p=1805115", "https://example.org/news/1805115"),
    ];
    assert_eq!(lost(&ways), 0);
    let short_links = three.map(|(asked, _)| (asked, "https://example.com/story"));
    assert_eq!(lost(&short_links), 0);
}
