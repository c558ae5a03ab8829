//! Configurations of the three servers, and what is made of them.

use super::*;

struct Shelf(Vec<(&'static str, &'static str)>);

impl Library for Shelf {
    fn include(&self, pattern: &str, _from: &str) -> Result<Vec<Text>, String> {
        let glob = globset::Glob::new(pattern).unwrap().compile_matcher();
        let found = self.0.iter().filter(|(name, _)| glob.is_match(name));
        let found: Vec<Text> = found.map(|(name, text)| Text::new(*name, *text)).collect();
        match found.is_empty() && !pattern.contains('*') {
            true => Err("it was not given".to_owned()),
            false => Ok(found),
        }
    }
}

fn of(text: &str) -> Configuration {
    read(&Text::new("c", text), &Alone).unwrap()
}

/// Its silences, a line each: place, kind, words.
fn silences(config: &Configuration) -> Vec<String> {
    let line = |silence: &Silence| {
        format!("{} {} {}", silence.place, silence.kind.word(), silence.words())
    };
    config.silences().iter().map(line).collect()
}

fn reach(config: &Configuration, paths: Paths<'_>) -> Vec<Reach> {
    config.hosts.iter().map(|host| host.logged(paths).silent).collect()
}

const NGINX: &str = r#"
user www-data;
events { worker_connections 768; }
http {
    log_format main '$remote_addr - "$request" '
                    '$status';
    map $status $loggable { ~^[23] 0; default 1; }
    map $request_uri $noisy { ~*\.(png|css)$ 0; /health 0; default 1; }
    set_real_ip_from 10.0.0.0/8;
    set_real_ip_from proxies.example;
    access_log /var/log/nginx/access.log main buffer=64k;
    server {
        listen 80; server_name a.example www.a.example;
        location / { try_files $uri /index.php; }
        location /exports/ { access_log off; location /exports/kept/ { access_log /k.log; } }
        location ~* \.(zip|csv)$ { access_log off; }
        location ^~ /firm/ { root /x; }
    }
    server { server_name b.example; access_log /b.log main if=$loggable; }
    server { server_name c.example; access_log /c.log main if=$noisy; access_log /d.log; }
    server { server_name d.example; access_log /c.log combined if=$noisy; }
    server { server_name e.example; if ($http_user_agent ~ x) { access_log off; } }
}
"#;

#[test]
fn nginx_says_what_it_does_not_log() {
    let config = of(NGINX);
    assert_eq!(config.software, "nginx");
    assert_eq!(
        config.problems,
        [
            "c:10: `set_real_ip_from proxies.example` names no network; which addresses that is must be asked"
        ]
    );
    assert_eq!(config.trusted[0].network.to_string(), "10.0.0.0/8");
    assert_eq!(
        config.format("main").unwrap().directive,
        "log_format main '$remote_addr - \"$request\" ' '$status';"
    );
    assert_eq!(
        silences(&config),
        [
            "c:11 buffer `access_log /var/log/nginx/access.log main buffer=64k`",
            "c:15 off `access_log off` in location /exports/",
            r"c:16 off `access_log off` in location ~* \.(zip|csv)$",
            "c:19 condition `access_log /b.log main if=$loggable` (`map $status $loggable` at c:7)",
            "c:20 condition `access_log /c.log main if=$noisy` (`map $request_uri $noisy` at c:8)",
            "c:21 condition `access_log /c.log combined if=$noisy` (`map $request_uri $noisy` at c:8)",
            "c:22 condition `access_log off` in `if ($http_user_agent ~ x)`",
        ]
    );
}

#[test]
fn nginx_chooses_one_location_for_a_path() {
    use Reach::{None, Part, Whole};
    let config = of(NGINX);
    let check = |paths, expected: [Reach; 5]| {
        assert_eq!(reach(&config, paths), expected, "{paths:?}");
    };
    check(Paths::One("/exports/a"), [Whole, Whole, None, None, Part]);
    check(Paths::One("/exports/kept/a"), [None, Whole, None, None, Part]);
    // An expression wins over a prefix that is not firm.
    check(Paths::One("/other/a.CSV"), [Whole, Whole, None, None, Part]);
    check(Paths::One("/firm/a.csv"), [None, Whole, None, None, Part]);
    check(Paths::One("/a.png"), [None, Whole, None, Whole, Part]);
    check(Paths::Under("/other/"), [Part, Whole, None, Part, Part]);
    check(Paths::Under("/exports/"), [Part, Whole, None, Part, Part]);
}

#[test]
fn logs_are_inherited_and_includes_followed() {
    let shelf = Shelf(vec![
        ("/etc/nginx/sites/a", "server { server_name a; location /x { access_log off; } }"),
        ("/etc/nginx/sites/b", "include /etc/nginx/sites/b; server { server_name b; }"),
    ]);
    let main = "http { access_log off; include /etc/nginx/sites/*; include gone.conf; }";
    let config = read(&Text::new("n", main), &shelf).unwrap();
    assert_eq!(config.files, ["n", "/etc/nginx/sites/a", "/etc/nginx/sites/b"]);
    assert_eq!(
        config.problems,
        [
            "/etc/nginx/sites/b:1: /etc/nginx/sites/b is included within itself",
            "n:1: gone.conf was not read: it was not given",
        ]
    );
    assert_eq!(
        silences(&config),
        ["n:1 off `access_log off`", "/etc/nginx/sites/a:1 off `access_log off` in location /x",]
    );
    assert_eq!(reach(&config, Paths::Any), [Reach::Whole, Reach::Whole]);
    let bare = of("http { server { listen 80; } server { listen 81; } }");
    let logs: Vec<&str> = bare.logs().map(|(_, log)| log.to.as_str()).collect();
    assert_eq!(logs, ["logs/access.log"]);
}

#[test]
fn a_dump_is_taken_apart() {
    let dump = "nginx: configuration file /etc/nginx/nginx.conf test is successful\n\
        # configuration file /etc/nginx/nginx.conf:\n\
        http {\n include conf.d/*.conf;\n}\n\
        # configuration file /etc/nginx/conf.d/a.conf:\n\
        server {\n location /e { access_log off; }\n}\n";
    let config = of(dump);
    assert_eq!(config.problems, Vec::<String>::new());
    assert_eq!(
        silences(&config),
        ["/etc/nginx/conf.d/a.conf:2 off `access_log off` in location /e"]
    );
}

const APACHE: &str = r#"
ServerRoot "/etc/apache2"
ServerName main.example
LogFormat "%h %l %u %t \"%r\" %>s %O" short
SetEnvIfNoCase Request_URI "\.(gif|csv)$" quiet
SetEnvIf Remote_Addr "127\.0\.0\.1" own
BufferedLogs On
RemoteIPTrustedProxy 10.1.0.0/16
<IfModule mod_ssl.c>
CustomLog /var/log/ssl_request_log "%t %h \"%r\" %b" env=!quiet
</IfModule>
<IfDefine Never>
CustomLog /never.log short
</IfDefine>
<VirtualHost *:80>
    ServerName a.example:80
    ServerAlias www.a.example
    CustomLog ${APACHE_LOG_DIR}/a.log \
        short env=!own
</VirtualHost>
<VirtualHost *:443>
    ServerName b.example
</VirtualHost>
"#;

#[test]
fn apache_says_what_it_does_not_log() {
    let config = of(APACHE);
    assert_eq!((config.software, config.problems.as_slice()), ("Apache", &[][..]));
    let names: Vec<&str> = config.hosts.iter().map(|host| host.names[0].as_str()).collect();
    assert_eq!(names, ["main.example", "a.example", "b.example"]);
    let logs: Vec<(&str, &str)> =
        config.logs().map(|(_, log)| (log.to.as_str(), log.format.as_str())).collect();
    assert_eq!(logs, [("/var/log/ssl_request_log", ""), ("${APACHE_LOG_DIR}/a.log", "short")]);
    let directives: Vec<&str> =
        config.logs().filter_map(|(_, log)| log.directive.as_deref()).collect();
    assert_eq!(
        directives,
        [r#"LogFormat "%t %h \"%r\" %b""#, r#"LogFormat "%h %l %u %t \"%r\" %>s %O" short"#]
    );
    assert_eq!(config.trusted[0].network.to_string(), "10.1.0.0/16");
    assert_eq!(
        silences(&config),
        [
            r#"c:10 condition `CustomLog /var/log/ssl_request_log "%t %h \"%r\" %b" env=!quiet`, `SetEnvIfNoCase Request_URI "\.(gif|csv)$" quiet` at c:5"#,
            "c:10 buffer `BufferedLogs On`",
            r#"c:18 condition `CustomLog ${APACHE_LOG_DIR}/a.log short env=!own`, `SetEnvIf Remote_Addr "127\.0\.0\.1" own` at c:6"#,
            "c:18 buffer `BufferedLogs On`",
        ]
    );
    use Reach::{None, Part, Whole};
    assert_eq!(reach(&config, Paths::One("/e/a.csv")), [Whole, Part, Whole]);
    assert_eq!(reach(&config, Paths::One("/e/a.html")), [None, Part, None]);
    assert!(config.hosts[1].answers("www.a.example") && !config.hosts[1].answers("b.example"));
}

#[test]
fn an_apache_host_may_have_no_log_at_all() {
    let config = of("<VirtualHost *:80>\nServerName a\n</VirtualHost>\n");
    assert_eq!(
        silences(&config),
        ["c:1 off no CustomLog or TransferLog, neither in the virtual host nor in the main server"]
    );
    let broken = of("<VirtualHost *:80>\nServerName a\n</Directory>\n");
    assert_eq!(
        broken.problems,
        ["c:3: </Directory> ends <VirtualHost>", "c:1: <VirtualHost> is not ended"]
    );
}

const HAPROXY: &str = "
global
    log /dev/log local0
defaults
    mode http
    log global
    option httplog
    option dontlognull
frontend web
    bind :80
    log-format \"%ci [%tr] %ST\"
    monitor-uri /alive
    option dontlog-normal
frontend quiet
    no log
backend app
    server a 127.0.0.1:1
";

#[test]
fn haproxy_says_what_it_does_not_log() {
    let config = of(HAPROXY);
    assert_eq!(config.software, "HAProxy");
    assert_eq!(config.formats[0].directive, "log-format \"%ci [%tr] %ST\"");
    assert_eq!(
        silences(&config),
        [
            "c:8 no fetch `option dontlognull` in frontend web",
            "c:13 condition `option dontlog-normal` in frontend web",
            "c:12 off `monitor-uri /alive`",
            "c:15 off `no log` in frontend quiet",
        ]
    );
    assert_eq!(reach(&config, Paths::Under("/e/")), [Reach::Whole, Reach::Whole]);
    assert_eq!(reach(&config, Paths::One("/alive")), [Reach::Whole, Reach::Whole]);
}

#[test]
fn other_texts_are_refused_and_none_panics() {
    let refused = read(&Text::new("x", "hello\nworld\n"), &Alone).unwrap_err();
    assert_eq!(refused, "x is no configuration of Apache, HAProxy, nginx");
    for seed in [NGINX, APACHE, HAPROXY] {
        for end in 0..seed.len() {
            let _ = read(&Text::new("x", &seed.as_bytes()[..end]), &Alone);
            if end % 7 == 0 {
                for byte in [0, b'{', b'}', b'"', b'\\', b'<', b'>', b'\n', 0xff] {
                    let mut text = seed.as_bytes().to_vec();
                    text[end] = byte;
                    let _ = read(&Text::new("x", text), &Alone).map(|config| {
                        config.silences();
                        reach(&config, Paths::Under("/"));
                    });
                }
            }
        }
    }
}
