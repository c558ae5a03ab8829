//! Networks as users write them: an address or a CIDR block.

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
}
