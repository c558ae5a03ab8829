//! What is said of a directive that cannot be compiled: why, and where.

use super::super::Template;

#[track_caller]
fn check(directive: &str, expected: &str) {
    let wrong = Template::compile(directive).unwrap_err();
    assert_eq!(wrong.error(directive).to_string(), expected);
}

#[test]
fn the_letter_is_pointed_at() {
    check(
        "%h %l %{Referer >s",
        "the format cannot be understood: this brace is never closed\n  \
         %h %l %{Referer >s\n        \
         \x20^",
    );
    check(
        "%h %l %",
        "the format cannot be understood: this directive has no letter; a percent sign itself is written %%\n  \
         %h %l %\n        ^",
    );
    check(
        r#"LogFormat "%h 100% \"%r\"" x"#,
        "the format cannot be understood: a directive ends with a letter, such as %h or %{Referer}i; a percent sign itself is written %%\n  \
         LogFormat \"%h 100% \\\"%r\\\"\" x\n                    ^",
    );
    check(
        r#"LogFormat "%h %r"#,
        "the format cannot be understood: this quote is never closed\n  \
         LogFormat \"%h %r\n            ^",
    );
    check(
        "CustomLog logs/access_log mine",
        "the format cannot be understood: \"mine\" is the name of a format; give its LogFormat line\n  \
         CustomLog logs/access_log mine\n                            ^",
    );
    check(
        "%{%d/%b/%Q}t %r",
        "the format cannot be understood: this conversion of strftime is not known\n  \
         %{%d/%b/%Q}t %r\n          ^",
    );
}

#[test]
fn nginx() {
    check(
        "log_format main escape=xml '$remote_addr $request';",
        "the format cannot be understood: escape is default, json or none\n  \
         log_format main escape=xml '$remote_addr $request';\n                         ^",
    );
    check(
        "log_format main",
        "the format cannot be understood: here stands the format in quotes\n  \
         log_format main\n                 ^",
    );
    check(
        "log_format main '$request';\nlog_format other '$uri';",
        "the format cannot be understood: the directive has ended before; give one at a time\n  \
         log_format other '$uri';\n  ^",
    );
    check(
        "$remote_addr ${request $status",
        "the format cannot be understood: this brace is never closed\n  \
         $remote_addr ${request $status\n                ^",
    );
    check(
        "$remote_addr $ $request",
        "the format cannot be understood: behind a dollar stands the name of a variable, such as $remote_addr\n  \
         $remote_addr $ $request\n               ^",
    );
}

#[test]
fn others() {
    check(
        "%ci:%cp [%tr] %{+Q r",
        "the format cannot be understood: this brace is never closed\n  \
         %ci:%cp [%tr] %{+Q r\n                 ^",
    );
    check(
        "%ci %[req.hdr(Host) %r",
        "the format cannot be understood: this bracket is never closed\n  \
         %ci %[req.hdr(Host) %r\n       ^",
    );
    check(
        "%(h)s %(r) %(s)s",
        "the format cannot be understood: here stands an s, as in %(h)s\n  \
         %(h)s %(r) %(s)s\n            ^",
    );
    check(
        "option dontlognull",
        "the format cannot be understood: the options that name a format are httplog, httplog clf, httpslog and tcplog\n  \
         option dontlognull\n         ^",
    );
    check(
        "tomcat:%h %{yyyy bb}t %r",
        "the format cannot be understood: this letter means nothing in a pattern for times; put texts in single quotes\n  \
         tomcat:%h %{yyyy bb}t %r\n                   ^",
    );
    check(
        "#Fields: time c-ip cs-uri-stem",
        "the format cannot be understood: date and time are not both among the columns; --format w3c takes the day from #Date\n  \
         #Fields: time c-ip cs-uri-stem\n                                ^",
    );
    check(
        "json:{client:ip,tme:ts}",
        "the format cannot be understood: there is no field \"tme\"; did you mean \"time\"?\n  \
         json:{client:ip,tme:ts}\n                  ^",
    );
    check(
        "json:{client:ip,request}",
        "the format cannot be understood: a pair is a field, a colon and a name, such as client:ip\n  \
         json:{client:ip,request}\n                  ^",
    );
    check(
        "json:{client:ip,request:a..b}",
        "the format cannot be understood: here stands a name of the log, such as ip or request.ip\n  \
         json:{client:ip,request:a..b}\n                          ^",
    );
}

#[test]
fn what_cannot_be_told_apart_or_says_nothing() {
    check(
        "$remote_addr $request$http_user_agent",
        "the format cannot be understood: nothing stands between $request and $http_user_agent, so that no line tells where one ends\n  \
         $remote_addr $request$http_user_agent\n                       ^",
    );
    check(
        "%r %D%>s",
        "the format cannot be understood: nothing stands between %D and %>s, so that no line tells where one ends\n  \
         %r %D%>s\n       ^",
    );
    check(
        "%h %t %>s",
        "the format cannot be understood: no field says what was asked for, so that nothing could be found; see the manual of the server for one, such as %r, $request or cs-uri-stem\n  \
         %h %t %>s\n  ^",
    );
    check(
        "$remote_addr $request\n$status",
        "the format cannot be understood: a line ends here, so that a record is more than one; only records of one line are read\n  \
         $remote_addr $request\n                       ^",
    );
    check(
        r"%h %r\n%>s",
        "the format cannot be understood: a line ends here, so that a record is more than one; only records of one line are read\n  \
         %h %r\\n%>s\n       ^",
    );
    assert!(
        Template::compile("%h %r\\n").is_ok() && Template::compile("$request $status\n").is_ok()
    );
    let many = format!("{} %r", "%p ".repeat(96));
    let wrong = Template::compile(&many).unwrap_err();
    assert_eq!(
        (wrong.at, wrong.why.as_str()),
        (289, "this is more than 96 fields; no log has so many")
    );
    // Of a long directive as much is shown as is needed, and nothing in it
    // moves the mark.
    let long = format!("{}é\u{202e}\t%{{x{}", "%h ".repeat(40), " y".repeat(80));
    let text = Template::compile(&long).unwrap_err().error(&long).to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("  ...h %h ") && lines[1].ends_with(" y..."), "{text}");
    let mark = lines[2].find('^').unwrap();
    assert_eq!(lines[1].chars().nth(mark), Some('{'), "{text}");
}
