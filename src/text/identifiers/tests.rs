use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> = identifiers_in(text)
        .into_iter()
        .map(|found| {
            let value = found.value.unwrap_or_else(|why| format!("! {why}"));
            (text[found.range].to_owned(), format!("{:?} {value}", found.kind))
        })
        .collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(found, expected, "in {text:?}");
}

#[test]
fn a_doi_is_found_with_and_without_its_label() {
    check(
        "Nature 2013, doi:10.1038/nature12373.",
        &[("doi:10.1038/nature12373", "Doi 10.1038/nature12373")],
    );
    check("(10.1000/182)", &[("10.1000/182", "Doi 10.1000/182")]);
    check(
        "DOI: 10.1016/S0140-6736(05)67889-1,",
        &[("DOI: 10.1016/S0140-6736(05)67889-1", "Doi 10.1016/S0140-6736(05)67889-1")],
    );
    check("10.5 percent, 10.12/3, 110.1038/x, v10.1038/x", &[]);
}

#[test]
fn arxiv_numbers_are_checked_for_their_shape() {
    check("arXiv:2101.00001v2 [cs.CL]", &[("arXiv:2101.00001v2", "Arxiv 2101.00001v2")]);
    check("arXiv:hep-th/9901001", &[("arXiv:hep-th/9901001", "Arxiv hep-th/9901001")]);
    check("arXiv:2113.00001", &[("arXiv:2113.00001", "Arxiv ! 13 is no month")]);
    check(
        "arXiv:2101.0001",
        &[("arXiv:2101.0001", "Arxiv ! expected 5 digits after the full stop, but got 4")],
    );
    check("arXiv:0706.1234", &[("arXiv:0706.1234", "Arxiv 0706.1234")]);
}

#[test]
fn an_isbn_is_checked_and_brought_to_thirteen_digits() {
    check("ISBN 978-0-306-40615-7.", &[("ISBN 978-0-306-40615-7", "Isbn 9780306406157")]);
    check("ISBN-10: 0-306-40615-2", &[("ISBN-10: 0-306-40615-2", "Isbn 9780306406157")]);
    check("ISBN 0-8044-2957-X", &[("ISBN 0-8044-2957-X", "Isbn 9780804429573")]);
    check(
        "ISBN 978-0-306-40615-8",
        &[("ISBN 978-0-306-40615-8", "Isbn ! the check digit of the ISBN is wrong")],
    );
    check("ISBN 12345678", &[("ISBN 12345678", "Isbn ! expected 10 or 13 digits, but got 8")]);
}

#[test]
fn the_other_identifiers_need_their_labels() {
    check(
        "PMID: 23868258; PMC3737249; PMCID: PMC3737249",
        &[
            ("PMID: 23868258", "Pmid 23868258"),
            ("PMC3737249", "Pmcid 3737249"),
            ("PMCID: PMC3737249", "Pmcid 3737249"),
        ],
    );
    check(
        "RFC 9110, RFC2616 and hdl:1721.1/12345.",
        &[
            ("RFC 9110", "Rfc 9110"),
            ("RFC2616", "Rfc 2616"),
            ("hdl:1721.1/12345", "Handle 1721.1/12345"),
        ],
    );
    check(
        "urn:ietf:rfc:2648, urn:nbn:de:101:1-201102033592.",
        &[
            ("urn:ietf:rfc:2648", "Urn urn:ietf:rfc:2648"),
            ("urn:nbn:de:101:1-201102033592", "Urn urn:nbn:de:101:1-201102033592"),
        ],
    );
    check("23868258, 9110, the rfc 12 people, turn:left:now", &[]);
}

#[test]
fn hostile_text_takes_linear_time() {
    for unit in ["doi:10.1000/", "urn:aa:", "ISBN 1", "10.1234/(", "arXiv:a", "urn:"] {
        let text = unit.repeat(400_000 / unit.len());
        assert!(identifiers_in(&text).len() < text.len());
    }
}

proptest! {
    #[test]
    fn ranges_are_ascending_and_disjoint(text in "([a-zé0-9 .:/()-]|doi:|10\\.1000/|ISBN |urn:|arXiv:|RFC|PMC){0,30}") {
        let mut last = 0;
        for found in identifiers_in(&text) {
            prop_assert!(found.range.start >= last && found.range.start < found.range.end);
            prop_assert!(text.get(found.range.clone()).is_some());
            last = found.range.end;
        }
    }

    #[test]
    fn one_wrong_digit_of_an_isbn_is_noticed(at in 3usize..13, by in 1u8..10) {
        let mut digits = b"9780306406157".to_vec();
        digits[at] = (digits[at] - b'0' + by) % 10 + b'0';
        let text = format!("ISBN {}", String::from_utf8(digits).unwrap());
        prop_assert!(identifiers_in(&text)[0].value.is_err());
    }
}
