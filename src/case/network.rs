//! Networks as users write them: an address, a CIDR block, a list of either,
//! or a file of them.

use std::net::IpAddr;

use ipnetwork::{IpNetwork, Ipv4Network};

use crate::record::Client;

/// Reads an address or a CIDR block; the second part is a warning, where the
/// block was given by an address within it. IPv4 mapped into IPv6 is given as
/// IPv4, as it is in records.
pub(super) fn network(text: &str) -> Result<(IpNetwork, Option<String>), String> {
    let text = text.trim();
    let wrong = || {
        format!(
            "\"{text}\" is no address and no network; write one such as \"192.0.2.7\", \"192.0.2.0/24\" or \"2001:db8::/32\""
        )
    };
    let Some((address, length)) = text.split_once('/') else {
        let ip = address(text).ok_or_else(wrong)?;
        return Ok((IpNetwork::from(ip), None));
    };
    let ip: IpAddr = address.trim().parse().map_err(|_| wrong())?;
    let length: u8 = length.trim().parse().map_err(|_| wrong())?;
    let written = IpNetwork::new(ip, length).map_err(|_| wrong())?;
    let lies_in = IpNetwork::new(written.network(), length).map_err(|_| wrong())?;
    let warning = (lies_in.ip() != ip)
        .then(|| format!("\"{text}\" is an address within a network; it is taken for {lies_in}"));
    Ok((unmapped(lies_in), warning))
}

/// Reads a single address.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    Client::read(text.trim().as_bytes()).ip()
}

fn unmapped(network: IpNetwork) -> IpNetwork {
    if let IpNetwork::V6(six) = network
        && six.prefix() >= 96
        && let Some(four) = six.ip().to_ipv4_mapped()
        && let Ok(four) = Ipv4Network::new(four, six.prefix() - 96)
    {
        return IpNetwork::V4(four);
    }
    network
}

/// The networks that a file lists: one or more a line, `#` begins a remark;
/// or JSON as Google, Microsoft, Amazon and others publish it.
pub(super) fn list(text: &str) -> Result<(Vec<IpNetwork>, Vec<String>), String> {
    let text = text.trim_start_matches('\u{feff}');
    let (mut networks, mut warnings) = (Vec::new(), Vec::new());
    let mut add = |word: &str| -> Result<(), String> {
        let (network, warning) = network(word)?;
        networks.push(network);
        warnings.extend(warning);
        Ok(())
    };
    if text.trim_start().starts_with(['{', '[']) && !text.trim_start().starts_with("[::") {
        let json: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| format!("the JSON cannot be read: {error}"))?;
        let mut words = Vec::new();
        gather(&json, true, &mut words);
        words.into_iter().try_for_each(&mut add)?;
    } else {
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let words = line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
            for word in words.filter(|word| !word.is_empty()) {
                add(word).map_err(|why| format!("line {}: {why}", number + 1))?;
            }
        }
    }
    if networks.is_empty() {
        return Err("no network is listed".to_string());
    }
    Ok((networks, warnings))
}

/// The keys under which published lists name a network.
const KEYS: [&str; 6] = ["ipv4Prefix", "ipv6Prefix", "ip_prefix", "ipv6_prefix", "cidr", "prefix"];

fn gather<'a>(value: &'a serde_json::Value, is_network: bool, into: &mut Vec<&'a str>) {
    match value {
        serde_json::Value::String(text) if is_network => into.push(text),
        serde_json::Value::Array(each) => each.iter().for_each(|one| gather(one, is_network, into)),
        serde_json::Value::Object(each) => {
            for (key, one) in each {
                gather(one, KEYS.contains(&key.as_str()), into);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_as_written() {
        let check = |text: &str, expected: Option<&str>, warned: bool| {
            let found = network(text);
            let read = found.as_ref().ok().map(|(network, _)| network.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
            assert_eq!(found.is_ok_and(|(_, warning)| warning.is_some()), warned, "{text}");
        };
        check("192.0.2.7", Some("192.0.2.7/32"), false);
        check("192.0.2.0/24", Some("192.0.2.0/24"), false);
        check("192.0.2.7/24", Some("192.0.2.0/24"), true);
        check("2001:db8::/32", Some("2001:db8::/32"), false);
        check("2001:db8::1", Some("2001:db8::1/128"), false);
        check("::ffff:192.0.2.0/120", Some("192.0.2.0/24"), false);
        check("::ffff:192.0.2.7", Some("192.0.2.7/32"), false);
        check("192.0.2.0/33", None, false);
        check("host.example", None, false);
        check("", None, false);
    }

    #[test]
    fn files_list_networks_as_text_or_json() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<_> = list(text).unwrap().0.iter().map(|n| n.to_string()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("# ours\n192.0.2.0/24, 198.51.100.7 # x\n\n", &["192.0.2.0/24", "198.51.100.7/32"]);
        check(
            r#"{"creationTime":"x","prefixes":[{"ipv6Prefix":"2001:db8::/64"},{"ipv4Prefix":"192.0.2.0/27"}]}"#,
            &["2001:db8::/64", "192.0.2.0/27"],
        );
        check(r#"["192.0.2.0/24"]"#, &["192.0.2.0/24"]);
        assert!(list("192.0.2.0/24\nx").unwrap_err().starts_with("line 2: "));
        assert!(list("# none").is_err());
    }
}
