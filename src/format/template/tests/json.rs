//! Logs of JSON: a mapping of names, and formats that are JSON.

use super::{check, check_unread};

#[test]
fn names_are_mapped() {
    check(
        "json:{client:request.remote_ip, forwarded:\"headers.X-Forwarded-For\", time:ts, request:req, status:response.status, bytes:size, agent:ua, user:auth.user, host:vhost, referer:ref, took_ms:dur}",
        r#"{"ts":1709629921.123,"request":{"remote_ip":"10.0.0.7"},"headers":{"x-forwarded-for":["203.0.113.5","10.0.0.9"]},"req":"GET /a?b=\"c\" HTTP/1.1","response":{"status":200},"size":5,"ua":"é\n","auth":{"user":"bob"},"vhost":"a.example:80","ref":"-","dur":1.5,"other":[{"deep":{}}]}"#,
        "peer=10.0.0.7 forwarded=203.0.113.5, 10.0.0.9 time=2024-03-05T09:12:01.123Z GET /a?b=\"c\" 200 5 user=bob host=a.example agent=é\n took=1500us",
    );
    check(
        "json:{peer:peer,client:client,time:when,method:m,path:p,query:q,protocol:v,status:s,took_us:t}",
        r#"{"s":"404","when":"05/Mar/2024:09:12:01 +0100","m":"GET","q":"x=1","p":"/a","v":"HTTP/2","client":"203.0.113.5","peer":"10.0.0.7:443","t":"12"}"#,
        "peer=10.0.0.7:443 forwarded=203.0.113.5 time=2024-03-05T08:12:01Z GET /a?x=1 404 took=12us",
    );
    // A name with dots in place of an object, a duration in words, times in
    // other spellings, and bytes that are no UTF-8.
    check(
        "json:{client:client.ip,time:@timestamp,url:url.path,status:status,took:took}",
        r#"{"client.ip":"192.0.2.7","@timestamp":"2024-03-05 09:12:01,250","url":{"path":"/\xe9"},"status":null,"took":"12ms"}"#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01.25 - /\u{fffd}",
    );
    check(
        "json:{client:ip,end:t,url:u}",
        r#" {"ip":"192.0.2.7","t":1709629921123,"u":"/a"}"#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01.123Z - /a",
    );
}

#[test]
fn what_is_not_read_names_its_field() {
    let mapping = "json:{client:ip,time:ts,request:req,status:st}";
    check_unread(
        mapping,
        r#"{"ip":"192.0.2.7","ts":"noon","req":"GET / HTTP/1.1"}"#,
        24,
        "a time for ts",
    );
    check_unread(mapping, r#"{"ip":"192.0.2.7","req":"GET / HTTP/1.1"}"#, 41, "a time for ts");
    check_unread(
        mapping,
        r#"{"ip":"192.0.2.7","ts":1709629921,"st":"OK"}"#,
        40,
        "a status of three digits for st",
    );
    check_unread(mapping, r#"{"ts":1709629921,"event":"started"}"#, 35, "a request or a status");
    check_unread(mapping, r#"{"ip":"192.0.2.7","ts":"#, 22, "JSON");
    check_unread(mapping, "192.0.2.7 - -", 0, "JSON");
}

const NGINX: &str = r#"log_format json escape=json
    '{'
        '"time":"$time_iso8601",'
        '"ip":"$remote_addr","xff":"$http_x_forwarded_for",'
        '"request":{"line":"$request_method $request_uri $server_protocol","length":$request_length},'
        '"status":$status,"bytes":$body_bytes_sent,"took":$request_time,'
        '"upstream":"$upstream_addr","upstream_time":$upstream_response_time,'
        '"ua":"$http_user_agent","host":"$host:$server_port"'
    '}';"#;

#[test]
fn a_format_that_is_json_is_read_as_an_object() {
    let expected = "peer=10.0.0.7 forwarded=203.0.113.5 upstream=127.0.0.1:8000 time=2024-03-05T08:12:01Z GET /a b?c=\"d\" 200 5 host=a.example agent=\u{1}x took=12000us";
    check(
        NGINX,
        r#"{"time":"2024-03-05T09:12:01+01:00","ip":"10.0.0.7","xff":"203.0.113.5","request":{"line":"GET /a b?c=\"d\" HTTP/1.1","length":311},"status":200,"bytes":5,"took":0.012,"upstream":"127.0.0.1:8000","upstream_time":0.011,"ua":"\u0001x","host":"a.example:443"}"#,
        expected,
    );
    // As a shipper writes it again: another order, blanks, more names.
    check(
        NGINX,
        r#"{ "agent": "filebeat", "status": "200", "host": "a.example:443", "bytes": 5, "ip": "10.0.0.7", "request": { "length": 311, "line": "GET /a b?c=\"d\" HTTP/1.1" }, "took": 0.012, "ua": "\u0001x", "upstream": "127.0.0.1:8000", "upstream_time": null, "xff": "203.0.113.5", "time": "2024-03-05T09:12:01+01:00" }"#,
        expected,
    );
    // No JSON, since the variable has no value: read by its text.
    check(
        NGINX,
        r#"{"time":"2024-03-05T09:12:01+01:00","ip":"10.0.0.7","xff":"","request":{"line":"GET /\"\u00e9 HTTP/1.1","length":311},"status":499,"bytes":0,"took":,"upstream":"","upstream_time":,"ua":"","host":"a.example:443"}"#,
        "peer=10.0.0.7 time=2024-03-05T08:12:01Z GET /\"é 499 0 host=a.example",
    );
    check(
        r#"LogFormat "{ \"time\":\"%{%Y-%m-%dT%T}t.%{msec_frac}t%{%z}t\", \"client\":\"%a\", \"path\":\"%U%q\", \"status\":%>s, \"us\":%D, \"cookie\":\"%{Cookie}i\" }" json"#,
        r#"{ "time":"2024-03-05T09:12:01.250+0100", "client":"192.0.2.7", "path":"/a\xc3\xa9\"?b", "status":200, "us":1500, "cookie":"-" }"#,
        "peer=192.0.2.7 time=2024-03-05T08:12:01.25Z - /aé\"?b 200 took=1500us",
    );
    check_unread(
        NGINX,
        r#"{"time":"2024-03-05T09:12:01+01:00","event":"worker started"}"#,
        37,
        "\"\",\"ip\":\"\" behind $time_iso8601",
    );
}

#[test]
fn a_list_in_a_format_is_read_by_its_text() {
    check(
        r#"escape=json '{"t":$msec,"r":["$request_method","$request_uri"],"s":$status,"ip":"$remote_addr"}'"#,
        r#"{"t":1709629921.250,"r":["GET","/a\\b"],"s":200,"ip":"192.0.2.7"}"#,
        r"peer=192.0.2.7 time=2024-03-05T09:12:01.25Z GET /a\b 200",
    );
}
