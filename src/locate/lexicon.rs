//! Small closed lists of words that change what a sentence claims, in the languages that reports and their sources
//! are most often written in. Keys are folded (lower case, no diacritics in Latin script).

/// Tells whether a folded word negates.
pub(super) fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't")
}

/// Tells whether a folded word says that something must, may or will be.
pub(super) fn is_modal(word: &str) -> bool {
    MODALS.contains(&word)
}

/// Tells whether a folded word limits what is said.
pub(super) fn is_limiter(word: &str) -> bool {
    LIMITERS.contains(&word)
}

/// Tells whether a folded word is a unit, a currency or a scale.
pub(super) fn is_unit(word: &str) -> bool {
    UNITS.contains(&word)
}

/// Tells whether a folded word is a number in words, or a scale of one.
pub(super) fn is_number_word(word: &str) -> bool {
    NUMBER_WORDS.contains(&word) || word.bytes().any(|b| b.is_ascii_digit())
}

/// Tells whether a folded word says that somebody speaks.
pub(super) fn is_speech_verb(word: &str) -> bool {
    SPEECH_VERBS.contains(&word)
}

/// Tells whether a folded word is what a transcript notes of a hall: laughter, applause.
pub(super) fn is_stage_word(word: &str) -> bool {
    STAGE_WORDS.contains(&word)
}

/// Tells whether a folded word is an abbreviation that is written with a full stop inside a sentence.
pub(super) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(&word)
}

/// Tells whether words that follow a passage make it conditional.
pub(super) fn starts_condition(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    match first.as_str() {
        "but" | "unless" | "except" | "provided" | "however" | "но" | "однако" | "кроме" | "aber" | "sauf" | "mais" | "pero" | "salvo" => true,
        "only" => words.get(1).is_some_and(|w| w == "if" || w == "when"),
        "если" => words.get(1).is_some_and(|w| w == "только" || w == "не"),
        "if" => true,
        _ => false,
    }
}

const NEGATIONS: [&str; 60] = [
    "not", "no", "never", "neither", "nor", "none", "nobody", "nothing", "nowhere", "without",
    "cannot", "hardly", "non", "не", "нет", "ни", "никогда", "никто", "ничего", "без", "нельзя",
    "ні", "немає", "ніколи", "nicht", "kein", "keine", "keinen", "keinem", "keiner", "keines",
    "nie", "niemals", "niemand", "nichts", "ohne", "ne", "pas", "jamais", "aucun", "aucune",
    "sans", "personne", "rien", "nunca", "jamas", "ningun", "ninguna", "nada", "nadie", "sin",
    "nao", "nem", "لا", "لم", "لن", "ليس", "degil", "yok", "不",
];

const MODALS: [&str; 58] = [
    "will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "need",
    "должен", "должна", "должны", "должно", "может", "могут", "можно", "надо", "нужно", "следует",
    "будет", "будут", "kann", "konnen", "konnte", "konnten", "muss", "mussen", "musste", "soll",
    "sollte", "sollten", "darf", "durfen", "wird", "werden", "wurde", "peut", "peuvent",
    "pourrait", "doit", "doivent", "devrait", "faut", "puede", "pueden", "podria", "debe",
    "deben", "deberia", "hay", "può", "puo", "deve", "deveria", "pode", "يجب",
];

const LIMITERS: [&str; 34] = [
    "only", "unless", "except", "if", "until", "almost", "partly", "possibly", "perhaps", "maybe",
    "allegedly", "reportedly", "but", "although", "though", "лишь", "только", "если", "кроме",
    "почти", "возможно", "якобы", "nur", "falls", "wenn", "fast", "vielleicht", "seulement",
    "sauf", "si", "presque", "solo", "salvo", "quizas",
];

const UNITS: [&str; 69] = [
    "km", "kilometer", "kilometers", "kilometre", "kilometres", "mile", "miles", "m", "meter",
    "meters", "metre", "metres", "kg", "kilogram", "kilograms", "ton", "tons", "tonne", "tonnes",
    "pound", "pounds", "ounces", "gram", "grams", "dollar", "dollars", "euro", "euros", "ruble",
    "rubles", "rouble", "roubles", "yuan", "yen", "rupees", "pence", "percent", "percentage",
    "degrees", "celsius", "fahrenheit", "liters", "litres", "gallons", "barrels", "hectares",
    "acres", "seconds", "minutes", "hours", "days", "weeks", "months", "years", "feet", "inches",
    "watts", "megawatts", "gigawatts", "км", "километров", "миль", "тонн", "долларов", "рублей",
    "евро", "процентов", "дней", "лет",
];

const NUMBER_WORDS: [&str; 84] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions",
    "trillion", "trillions", "dozen", "half", "first", "second", "third", "twice", "double",
    "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
    "двадцать", "сто", "тысяч", "тысячи", "миллион", "миллиона", "миллионов", "миллиард",
    "миллиарда", "миллиардов", "триллионов", "eins", "zwei", "drei", "vier", "funf", "sechs",
    "sieben", "acht", "neun", "zehn", "hundert", "tausend", "millionen", "milliarden", "deux",
    "trois", "quatre", "cinq",
];

const SPEECH_VERBS: [&str; 127] = [
    "said", "says", "told", "tells", "added", "adds", "noted", "notes", "stressed", "stated",
    "explained", "continued", "asked", "replied", "answered", "wrote", "argued", "insisted",
    "warned", "declared", "announced", "concluded", "recalled", "remarked", "claimed",
    "commented", "observed", "emphasized", "emphasised", "underlined", "underscored", "admitted",
    "confirmed", "reported", "pointed", "сказал", "сказала", "сказали", "говорит", "говорил",
    "заявил", "заявила", "отметил", "отметила", "добавил", "добавила", "подчеркнул",
    "подчеркнула", "пояснил", "пояснила", "уточнил", "сообщил", "сообщила", "считает", "уверен",
    "уверена", "рассказал", "рассказала", "напомнил", "ответил", "ответила", "спросил",
    "продолжил", "заметил", "написал", "указал", "признал", "полагает", "сказав", "заявив",
    "зазначив", "додав", "наголосив", "пояснив", "sagte", "sagt", "erklarte", "betonte", "fugte",
    "meinte", "teilte", "schrieb", "warnte", "berichtete", "dit", "declare", "ajoute", "souligne",
    "explique", "affirme", "indique", "estime", "precise", "dijo", "afirmo", "senalo", "agrego",
    "anadio", "explico", "declaro", "aseguro", "sostuvo", "comento", "detto", "dichiarato",
    "aggiunto", "spiegato", "disse", "afirmou", "acrescentou", "declarou", "explicou", "dedi",
    "soyledi", "belirtti", "ekledi", "kaydetti", "قال", "قالت", "أضاف", "اضاف", "صرح", "وأضاف",
    "واضاف", "وقال", "powiedział", "dodal",
];

const STAGE_WORDS: [&str; 24] = [
    "laughter", "laughs", "laughing", "applause", "pause", "crosstalk", "inaudible", "audio",
    "music", "cheers", "cheering", "sighs", "смех", "смеется", "аплодисменты", "оживление",
    "смеются", "пауза", "lachen", "beifall", "applaus", "rires", "applaudissements", "risas",
];

const ABBREVIATIONS: [&str; 46] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "col", "lt", "sgt", "capt", "sen", "rep", "gov",
    "pres", "rev", "hon", "jr", "sr", "no", "nos", "vs", "etc", "inc", "ltd", "co", "corp", "fig",
    "art", "vol", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "г", "гг", "им", "ул", "т",
    "стр", "bzw", "nr", "mme",
];
