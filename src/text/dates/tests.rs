use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> = dates_in(text)
        .into_iter()
        .map(|(range, date)| (text[range].to_owned(), date.to_string()))
        .collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(found, expected, "in {text:?}");
}

#[test]
fn english_dates_are_read() {
    check("On June 19, 2024, Putin", &[("June 19, 2024", "2024-06-19")]);
    check(
        "Sept. 5, 2024 and 19th of June, 2024",
        &[("Sept. 5, 2024", "2024-09-05"), ("19th of June, 2024", "2024-06-19")],
    );
    check(
        "July 1st 2024; 3 Mar 2021; 19-Jun-2024",
        &[
            ("July 1st 2024", "2024-07-01"),
            ("3 Mar 2021", "2021-03-03"),
            ("19-Jun-2024", "2024-06-19"),
        ],
    );
    check("Smith (2024, June 19). In 2024, June 19 was", &[("2024, June 19", "2024-06-19")]);
    check("(June 19, 2024)", &[("June 19, 2024", "2024-06-19")]);
    check(
        "JUNE 19, 2024 | May 9,2024",
        &[("JUNE 19, 2024", "2024-06-19"), ("May 9,2024", "2024-05-09")],
    );
}

#[test]
fn dates_of_other_languages_are_read() {
    check(
        "19 июня 2024 г., 5 сент. 2023 года",
        &[("19 июня 2024 г.", "2024-06-19"), ("5 сент. 2023 года", "2023-09-05")],
    );
    check(
        "le 1er juin 2024 et le 3 août 2020",
        &[("1er juin 2024", "2024-06-01"), ("3 août 2020", "2020-08-03")],
    );
    check(
        "am 19. Juni 2024, am 3. März 2021",
        &[("19. Juni 2024", "2024-06-19"), ("3. März 2021", "2021-03-03")],
    );
    check("el 19 de junio de 2024", &[("19 de junio de 2024", "2024-06-19")]);
    check("في 19 يونيو 2024", &[("19 يونيو 2024", "2024-06-19")]);
    check("١٩ يونيو/حزيران ٢٠٢٤", &[("١٩ يونيو/حزيران ٢٠٢٤", "2024-06-19")]);
    check("7 تشرين الأول 2023", &[("7 تشرين الأول 2023", "2023-10-07")]);
    check("2024年6月19日发表", &[("2024年6月19日", "2024-06-19")]);
}

#[test]
fn numeric_dates_are_read_where_they_have_one_meaning() {
    check(
        "2024-06-19, 2024/06/19 and 2024-06-19T10:00:00Z",
        &[("2024-06-19", "2024-06-19"), ("2024/06/19", "2024-06-19"), ("2024-06-19", "2024-06-19")],
    );
    check("19.06.2024; 06.07.2024.", &[("19.06.2024", "2024-06-19"), ("06.07.2024", "2024-07-06")]);
    check(
        "19/06/2024, 6/19/2024, 7/7/2024",
        &[("19/06/2024", "2024-06-19"), ("6/19/2024", "2024-06-19"), ("7/7/2024", "2024-07-07")],
    );
    check("06/07/2024 and 6-7-2024", &[]);
}

#[test]
fn what_is_no_whole_date_is_left_alone() {
    for text in [
        "June 19",
        "in June 2024",
        "June 31, 2024",
        "1.2.2024.5",
        "June 19-20, 2024",
        "19–20 June 2024",
        "https://vz.ru/politics/2024/6/19/1273896.html",
        "a-2024-06-19.html",
        "mail 2024-13-40",
        "the 19 judges of 2024",
        "12 maybe 2024",
        "192024 June 1",
        "v2024.06.19b",
    ] {
        check(text, &[]);
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    for unit in ["1 ", "1.", "June 1 ", "2024-", "19 June ", "-1", "1 de "] {
        let text = unit.repeat(400_000 / unit.len());
        assert!(dates_in(&text).len() < text.len());
    }
}

proptest! {
    #[test]
    fn ranges_are_ascending_and_disjoint(text in "([0-9٠-٩ .,/年月日-]|June|июня|2024|de ){0,30}") {
        let mut last = 0;
        for (range, _) in dates_in(&text) {
            prop_assert!(range.start >= last && range.start < range.end);
            prop_assert!(text.get(range.clone()).is_some());
            last = range.end;
        }
    }

    #[test]
    fn every_day_is_read_back(year in 1000i16..3000, month in 1i8..=12, day in 1i8..=28) {
        let date = Date::new(year, month, day).unwrap();
        let text = format!("on {date} or {}", date.strftime("%B %-d, %Y"));
        let found: Vec<Date> = dates_in(&text).into_iter().map(|(_, date)| date).collect();
        prop_assert_eq!(found, vec![date, date]);
    }
}
