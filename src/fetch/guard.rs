//! Keeps requests away from addresses that are not of the public internet: loopback, private networks, metadata.
//! Looks at addresses and names only; a name's addresses are looked at after it was resolved, in `resolver`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::settings::Reach;

/// Ports that no web server should be asked on: mail, shells, name servers, printers, chat.
///
/// From the [Fetch standard, "bad ports"](https://fetch.spec.whatwg.org/#port-blocking).
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// Says why an address must not be asked; `None` if it may be, as far as can be told before its name is resolved.
pub(super) fn refusal(url: &Url, reach: Reach) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Some(format!("`{}` addresses are not fetched", url.scheme()));
    }
    if let Some(port) = url.port()
        && BAD_PORTS.contains(&port)
    {
        return Some(format!("port {port} is no port of the web"));
    }
    let address = match url.host() {
        None => return Some("the address has no host".to_owned()),
        Some(Host::Domain(_)) => return None,
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    refusal_of(address, reach)
}

/// Says why an address of the network must not be contacted; `None` if it may be.
pub(super) fn refusal_of(address: IpAddr, reach: Reach) -> Option<String> {
    match reach {
        Reach::Private => None,
        Reach::Public => kind(address).map(|kind| format!("{address} is {kind}")),
    }
}

/// Tells whether a name means a machine nearby, whoever resolves it.
pub(super) fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    ["localhost", "local", "internal", "localdomain", "home.arpa", "lan", "intranet"]
        .iter()
        .any(|local| host == *local || host.strip_suffix(local).is_some_and(|h| h.ends_with('.')))
}

/// Says what kind of address it is if it is not one of the public internet.
fn kind(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

/// The [special-purpose registry](https://www.iana.org/assignments/iana-ipv4-special-registry/), and one address at
/// which a cloud answers its tenants.
fn kind_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("an address of this host"),
        [127, ..] => Some("a loopback address"),
        [10, ..] | [192, 168, ..] => Some("a private address"),
        [172, b, ..] if b & 0xf0 == 16 => Some("a private address"),
        [100, b, ..] if b & 0xc0 == 64 => Some("a shared address of a provider"),
        [169, 254, ..] => Some("a link-local address"),
        [168, 63, 129, 16] => Some("a metadata address"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for examples"),
        [198, 18 | 19, ..] => Some("an address for measurements"),
        [224..=239, ..] => Some("a multicast address"),
        [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

/// The [special-purpose registry](https://www.iana.org/assignments/iana-ipv6-special-registry/). An address that holds
/// one of IPv4 is of that one's kind.
fn kind_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let inner = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        kind_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("an address of this host"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("a loopback address"),
        // Mapped (RFC 4291), translated (RFC 2765), compatible (deprecated), NAT64 (RFC 6052) and 6to4 (RFC 3056) forms.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => inner(high, low),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Some("a private address"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0x2001, 0, ..] => Some("a tunnel's address"),
        [0x2001, 0xdb8, ..] | [0x3ff0..=0x3fff, ..] => Some("an address for examples"),
        // Only 2000::/3 is given out (RFC 3513); 64:ff9b:1::/48, 100::/64 and 5f00::/16 are for local use.
        [0x2001, 0..0x200, ..] | [..=0x1fff | 0x4000.., ..] => Some("a reserved address"),
        // An interface of ISATAP (RFC 5214) holds an address of IPv4.
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => inner(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> bool {
        // What is no address for the URL standard can't be asked either.
        Url::parse(url).map_or(true, |url| refusal(&url, Reach::Public).is_some())
    }

    #[test]
    fn spellings_of_forbidden_addresses_are_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "0x7F.0.0.0x1",
            "127.255.255.254",
            "0.0.0.0",
            "0",
            "0x0",
            "00",
            "1.0.0.0.",
            "10.0.0.1",
            "10.1",
            "0xa.1",
            "012.0.0.1",
            "167772161",
            "172.16.0.1",
            "172.31.255.255",
            "0xac.0x10.0.1",
            "192.168.0.1",
            "192.168.1",
            "3232235521",
            "0xc0a80001",
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "0251.0376.0251.0376",
            "169.254.43518",
            "100.64.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "198.18.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "4294967295",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[0000::0001]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[::ffff:0:127.0.0.1]",
            "[::127.0.0.1]",
            "[::7f00:1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::1]",
            "[2001:0:7f00:1::]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[febf::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[100::1]",
            "[3fff::1]",
            "[5f00::1]",
            "[fe80::5efe:127.0.0.1]",
            "[2a00:1450::5efe:10.0.0.1]",
            "１２７.０.０.１",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "%31%32%37.0.0.1",
            "127.0.0.1:8080",
            "user@127.0.0.1",
            "example.org@127.0.0.1",
            "127.0.0.1#@example.org",
        ] {
            let url = format!("http://{host}/");
            // `1.0.0.0.` is a public address and stands here to show that the list can fail.
            assert_eq!(refused(&url), host != "1.0.0.0.", "{host}");
        }
    }

    #[test]
    fn public_addresses_and_names_may_be_asked() {
        for host in [
            "1.1.1.1",
            "93.184.215.14",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "[2606:4700::1111]",
            "[2a00:1450:4001::200e]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::8.8.8.8]",
            "[2002:808:808::1]",
            "example.org",
            "localhost.example.org",
        ] {
            assert!(!refused(&format!("https://{host}/")), "{host}");
        }
        assert_eq!(refusal(&Url::parse("http://127.0.0.1/").unwrap(), Reach::Private), None);
    }

    #[test]
    fn other_schemes_and_ports_are_refused() {
        for url in [
            "ftp://a.org/",
            "file:///etc/passwd",
            "gopher://a.org/",
            "http://a.org:22/",
            "http://a.org:6667/",
        ] {
            assert!(refused(url), "{url}");
        }
        assert!(!refused("http://a.org:8080/"));
    }

    #[test]
    fn names_of_machines_nearby_are_known() {
        for name in
            ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal"]
        {
            assert!(is_local_name(name), "{name}");
        }
        for name in ["example.org", "notlocalhost", "local.example.org"] {
            assert!(!is_local_name(name), "{name}");
        }
    }
}
