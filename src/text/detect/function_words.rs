//! The commonest words of some languages, and how they vote for these.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The languages, each with its commonest words that carry no sense of their own.
pub(super) const LANGUAGES: [(&str, &str); 22] = [
    (
        "en",
        "the of and to in is that it was for on are with as his they be at this have from or had by not but \
         what were we when your can there which their if will how an about been would has more who its our \
         no any against could should may than these those into such only also between all one out do does \
         did him her she he you my so up after before because while us them being both very said i'm don't \
         it's then now",
    ),
    (
        "fr",
        "le la les de des du et est un une que qui dans pour pas sur avec il elle ce cette ces au aux par \
         plus ne se sont nous vous ils elles mais ou où été être avoir ont son sa ses leur leurs comme tout \
         fait peut aussi même entre après sans sous lui c'est n'est qu'il d'un d'une l'on selon cela était",
    ),
    (
        "de",
        "der die das und ist nicht den dem des ein eine einen einem einer eines mit von zu auf für im in \
         sich auch es an als bei nach wird werden wurde sind war haben hat oder aber wenn nur noch wie \
         dass über durch so um aus vor zum zur kann wir sie ich er ihr sein seine keine man mehr gegen",
    ),
    (
        "es",
        "el la los las de del y que en un una es por con para no se su al lo como más pero sus le ha este \
         esta son entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante \
         todos uno les ni contra otros ese eso ante ellos fue han ser está había era dijo según",
    ),
    (
        "pt",
        "o a os as de do da dos das e que em um uma é por com para não se seu sua ao na no nas nos como \
         mais mas foi ele ela ou ser quando muito já está também só pelo pela até isso entre era depois sem \
         mesmo aos ter seus quem nas me esse eles você essa num nem suas meu às minha são disse",
    ),
    (
        "it",
        "il lo la i gli le di del della dei degli delle e che in un una è per con non si su al alla come più \
         ma suo sua anche sono ha nel nella dal dalla questo questa essere stato ai quando da loro \
         perché se ci o cui tra dopo era può ancora già senza contro fra ogni sarà detto",
    ),
    (
        "nl",
        "de het een en van in is dat op te zijn met voor niet aan er ook als maar om hij bij of uit door naar \
         dan nog wordt werd heeft hebben had over zo ze zich wat deze die dit geen kan meer worden wel tot \
         tegen onder moet ik je we hun haar",
    ),
    (
        "pl",
        "i w na z do nie się to że jest o jak ale po co za od tak dla przez są ten tego oraz czy być może \
         który która które by pod już tylko jego jej ich był była było ma przed także tym bardzo więc",
    ),
    (
        "cs",
        "a v se na je že s z do o to i k ve za si by jsou jako po pro ale ze který která které od nebo však \
         jeho již také jen byl byla bylo není při podle může své tak než",
    ),
    (
        "sk",
        "a v sa na je že s z do o to aj k vo za si by sú ako po pre ale zo ktorý ktorá ktoré od alebo však \
         jeho už tiež len bol bola bolo nie pri podľa môže svoje tak než",
    ),
    (
        "hu",
        "a az és hogy nem is egy ez meg csak de ha van volt mint már még vagy el ki azt ezt kell lehet \
         minden lesz között után szerint nagyon ami aki",
    ),
    (
        "ro",
        "și în de la cu pe nu că din o un ce mai este a fost pentru să sunt se care au prin dar sau ca după \
         fi fără între lui acest această sale doar până către",
    ),
    (
        "tr",
        "ve bir bu için de da ile olarak daha çok olan gibi ne o kadar en var değil ama sonra ya her ancak \
         göre ise olduğunu olduğu ki diye şey nasıl oldu dedi söyledi ettiği",
    ),
    (
        "sv",
        "och att det som en är på av för med den till inte har de ett om var jag men så från vi kan han \
         när hon eller vara under sig också efter skulle där bara mot hade än blir måste",
    ),
    (
        "da",
        "og at det som en er på af for med den til ikke har de et om var jeg men så fra vi kan han når hun \
         eller være under sig også efter skulle hvor bare mod havde end bliver blev",
    ),
    (
        "nb",
        "og at det som en er på av for med den til ikke har de et om var jeg men så fra vi kan han når hun \
         eller være under seg også etter skulle hvor bare mot hadde enn blir ble",
    ),
    (
        "fi",
        "ja on ei että se hän oli ovat mutta tai kun niin myös kuin sen joka mukaan ole jos vain olla voi \
         sitä tämä jo nyt sekä mitä hänen eivät olisi vielä kanssa",
    ),
    (
        "id",
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena bisa ada mereka \
         oleh sebagai adalah atau kita kami telah sudah lebih dapat tersebut",
    ),
    (
        "vi",
        "và của là có được trong không cho với các một những người này đã để khi tôi đó từ ra về như cũng \
         đến sẽ nhiều trên phải",
    ),
    (
        "hr",
        "i u je se na da za su od s o kao što nije koji koja koje ali ili bi po iz ne to sve samo biti bio bila \
         bilo ima kako već nakon prema će može",
    ),
    (
        "ru",
        "и в не на что с по как это но к из у за от так о для же все он она они мы вы ты бы то когда если \
         или уже только был была были было может чтобы после при нет да его её их этом том тем более",
    ),
    (
        "bg",
        "и в не на че с по как това но към из за от така о да са се ще като при след който която които или \
         беше били може няма само ги го му от на със във е",
    ),
];

/// The languages of each word, as bits.
static WORDS: LazyLock<FxHashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for (index, (_, list)) in LANGUAGES.iter().enumerate() {
        for word in list.split_ascii_whitespace() {
            *words.entry(word).or_insert(0) |= 1 << index;
        }
    }
    words
});

/// Gives a word's vote: four to the only language that has it, else less to each.
pub(super) fn vote(word: &str, votes: &mut [u32; LANGUAGES.len()]) {
    if word.len() > 20 {
        return;
    }
    let lower;
    let word = if word.chars().any(char::is_uppercase) {
        lower = word.to_lowercase();
        lower.as_str()
    } else {
        word
    };
    let Some(&(mut languages)) = WORDS.get(word) else { return };
    let weight = match languages.count_ones() {
        1 => 4,
        2 => 2,
        _ => 1,
    };
    while languages != 0 {
        votes[languages.trailing_zeros() as usize] += weight;
        languages &= languages - 1;
    }
}
