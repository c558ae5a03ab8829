//! Layouts of the kind that sites make for themselves.

use super::{check, check_unread};

#[test]
fn bars_tabs_and_semicolons() {
    check(
        r"$remote_addr|$time_iso8601|$request_method|$scheme://$host$request_uri|$status|$body_bytes_sent|$request_time|$http_user_agent",
        "203.0.113.5|2024-03-05T09:12:01+01:00|GET|https://a.example/export/p.csv?x=1|200|88123|0.012|Mozilla/5.0 (X11; Linux) | odd",
        "peer=203.0.113.5 time=2024-03-05T08:12:01Z GET /export/p.csv?x=1 200 88123 host=a.example agent=Mozilla/5.0 (X11; Linux) | odd took=12000us",
    );
    check(
        r#"LogFormat "%h\t%{%Y-%m-%d %H:%M:%S}t\t%r\t%>s\t%b\t%{Referer}i\t%{User-Agent}i" tabs"#,
        "2001:db8::7\t2024-03-05 09:12:01\tGET /a b.csv HTTP/1.1\t200\t-\t-\tcurl/8.5",
        "peer=2001:db8::7 time=2024-03-05T09:12:01 GET /a b.csv 200 agent=curl/8.5",
    );
    check(
        "$time_local;$remote_addr;$remote_user;$request;$status;$bytes_sent;$http_referer",
        "05/Mar/2024:09:12:01 +0000;192.0.2.7;-;GET /a;jsessionid=1?b=2 HTTP/2.0;206;512;https://b.example/?q=a;b",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a;jsessionid=1?b=2 206 512 referer=https://b.example/?q=a;b",
    );
    check(
        r#"$msec | $remote_addr:$remote_port | $server_name:$server_port | "$request" | $status | $upstream_addr | $upstream_status | $request_time:$upstream_response_time"#,
        r#"1709629921.123 | 192.0.2.7:51000 | www.a.example:443 | "POST /login HTTP/1.1" | 502 | 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 | 502, 504 : 502 | 1.250:0.400, 0.500 : 0.350"#,
        "peer=192.0.2.7 upstream=10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 time=2024-03-05T09:12:01.123Z POST /login 502 host=www.a.example took=1250000us",
    );
}

#[test]
fn keys_and_values() {
    check(
        r#"time=$time_iso8601 client=$remote_addr method=$request_method uri="$request_uri" status=$status bytes=$body_bytes_sent rt=$request_time xff="$http_x_forwarded_for" ua="$http_user_agent" cookie="$http_cookie""#,
        r#"time=2024-03-05T09:12:01+00:00 client=10.0.0.9 method=GET uri="/a.csv?b=c d" status=200 bytes=5 rt=0.001 xff="203.0.113.5, 10.0.0.7" ua="x\x22y" cookie="a=b; c=\x22d\x22""#,
        r#"peer=10.0.0.9 forwarded=203.0.113.5, 10.0.0.7 time=2024-03-05T09:12:01Z GET /a.csv?b=c d 200 5 agent=x\x22y took=1000us"#,
    );
    check(
        "time:%{%d/%b/%Y:%H:%M:%S %z}t\thost:%h\tforwardedfor:%{X-Forwarded-For}i\treq:%r\tstatus:%>s\tsize:%b\tua:%{User-Agent}i\treqtime_microsec:%D\tvhost:%{Host}i",
        "time:05/Mar/2024:09:12:01 +0100\thost:10.0.0.9\tforwardedfor:203.0.113.5\treq:GET /a HTTP/1.1\tstatus:404\tsize:-\tua:-\treqtime_microsec:1234\tvhost:a.example:8443",
        "peer=10.0.0.9 forwarded=203.0.113.5 time=2024-03-05T08:12:01Z GET /a 404 host=a.example took=1234us",
    );
    check(
        r"src_ip=%a dest_port=%p user=%u uri_path=%U uri_query=%q http_method=%m status=%>s bytes_out=%O time_taken=%{ms}T ts=%{sec}t.%{usec_frac}t",
        r"src_ip=192.0.2.7 dest_port=443 user=J\xc3\xb6rg S uri_path=/a b uri_query=?x=1 http_method=GET status=200 bytes_out=900 time_taken=17 ts=1709629921.000250",
        r"peer=192.0.2.7 time=2024-03-05T09:12:01.00025Z GET /a b?x=1 200 900 user=J\xc3\xb6rg S took=17000us",
    );
    check(
        "<$remote_addr> <$http_x_real_ip> [$time_local] {$request} ($status) #$request_length/$bytes_sent~$request_time s",
        "<10.0.0.1> <203.0.113.5> [05/Mar/2024:09:12:01 -0330] {GET /{a}/(b).csv HTTP/1.1} (200) #511/90000~0.250 s",
        "peer=10.0.0.1 forwarded=203.0.113.5 time=2024-03-05T12:42:01Z GET /{a}/(b).csv 200 90000 took=250000us",
    );
}

#[test]
fn the_client_behind_others() {
    check(
        r#""$http_x_forwarded_for" - $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
        r#""6.6.6.6, 203.0.113.5" - 10.0.0.7 - bob [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "x""#,
        "peer=10.0.0.7 forwarded=6.6.6.6, 203.0.113.5 time=2024-03-05T09:12:01Z GET /a 200 5 user=bob agent=x",
    );
    check(
        r#"%{X-Forwarded-For}i %l %u %t "%r" %>s %b"#,
        r#"203.0.113.5, 10.0.0.7 - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5"#,
        "forwarded=203.0.113.5, 10.0.0.7 time=2024-03-05T09:12:01Z GET /a 200 5",
    );
    check(
        r#"%{c}a %a %h %l %u %t "%r" %>s %b"#,
        r#"10.0.0.7 203.0.113.5 host.example - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5"#,
        "peer=10.0.0.7 forwarded=203.0.113.5 time=2024-03-05T09:12:01Z GET /a 200 5",
    );
    check(
        "$realip_remote_addr $remote_addr $http_cf_connecting_ip [$time_local] $request_uri $status",
        "172.71.0.9 203.0.113.5 203.0.113.5 [05/Mar/2024:09:12:01 +0000] /a 200",
        "peer=172.71.0.9 forwarded=203.0.113.5 time=2024-03-05T09:12:01Z - /a 200",
    );
    check(
        r#"$remote_addr "$http_forwarded" $proxy_add_x_forwarded_for [$time_local] "$request" $status"#,
        r#"10.0.0.7 "for=203.0.113.5;proto=https, for=\x22[2001:db8::1]:80\x22" 198.51.100.1, 10.0.0.7 [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200"#,
        r"peer=10.0.0.7 forwarded=203.0.113.5, [2001:db8::1]:80 forwarded=198.51.100.1, 10.0.0.7 time=2024-03-05T09:12:01Z GET /a 200",
    );
    check(
        r#"%{True-Client-IP}i %{X-Forwarded-For}i %h %t "%r" %>s %b"#,
        r#"203.0.113.5 203.0.113.5, 23.1.2.3 10.0.0.7 [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5"#,
        "peer=10.0.0.7 forwarded=203.0.113.5, 23.1.2.3 time=2024-03-05T09:12:01Z GET /a 200 5",
    );
}

#[test]
fn hosts_first_and_requests_in_parts() {
    check(
        r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#,
        r#"a.example:443 192.0.2.7 - John Q [x] [05/Mar/2024:09:12:01 +0000] "GET /a\"b HTTP/1.1" 200 5 "-" "x \"y\"""#,
        r#"peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a\"b 200 5 user=John Q [x] host=a.example agent=x \"y\""#,
    );
    check(
        r#"$host $server_name $remote_addr [$time_local] "$request_method $uri$is_args$args $server_protocol" $status $body_bytes_sent"#,
        r#"a.example _ 192.0.2.7 [05/Mar/2024:09:12:01 +0000] "GET /a b.csv?c=d HTTP/1.1" 200 5"#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a b.csv?c=d 200 5 host=a.example",
    );
    check(
        "%{%Y-%m-%d}t %{%H:%M:%S}t.%{msec_frac}t %{%z}t %V %a %m %U%q %H %s %>s %B %D",
        "2024-03-05 09:12:01.250 +0100 a.example 192.0.2.7 GET /a.csv?b=c HTTP/1.1 301 200 5 1500",
        "peer=192.0.2.7 time=2024-03-05T08:12:01.25Z GET /a.csv?b=c 200 5 host=a.example took=1500us",
    );
    check(
        "$time_iso8601 $remote_addr $request_method $uri?$args $server_protocol $status",
        "2024-03-05T09:12:01Z 192.0.2.7 GET /a.csv?- HTTP/1.1 200",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a.csv 200",
    );
    check(
        r#"%h %{%s}t "%m" "%U" "%q" %>s "%{SESSION}C" "%{Cookie}i" "%{Set-Cookie}o""#,
        r#"192.0.2.7 1709629921 "GET" "/a.csv" "?b=\"c\"" 200 "-" "a=b; c=d" "x=y; Path=/""#,
        r#"peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a.csv?b=\"c\" 200"#,
    );
    check(
        "[%{begin:%FT%T}t.%{begin:usec_frac}t] [%{end:%FT%T}t] %a -> %A:%{local}p %r => %>s (%I/%O bytes, %T s)",
        "[2024-03-05T09:12:01.000250] [2024-03-05T09:12:09] 192.0.2.7 -> 10.0.0.1:443 GET /a => b HTTP/1.1 => 200 (311/5000 bytes, 8 s)",
        "peer=192.0.2.7 time=2024-03-05T09:12:01.00025 GET /a => b 200 5000 took=8000000us",
    );
}

#[test]
fn no_brackets_and_odd_orders() {
    check(
        "$time_local $remote_addr $status $request_time $body_bytes_sent $request",
        "05/Mar/2024:09:12:01 +0000 192.0.2.7 200 0.000 5 GET /a HTTP/1.1",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200 5 took=0us",
    );
    check(
        r#"'$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" $request_time $upstream_response_time $pipe';"#,
        r#"192.0.2.7 - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "x" 0.100 - ."#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200 5 agent=x took=100000us",
    );
    check(
        r#"%>s %b %D "%r" %t %u %h "%{User-Agent}i" "%{Referer}i" %{UNIQUE_ID}e %{SSL_PROTOCOL}x %{SSL_CIPHER}x %X %k"#,
        r#"200 5 1234 "GET /a HTTP/1.1" [05/Mar/2024:09:12:01 +0000] - 192.0.2.7 "agent" "https://r.example/" ZeX-a@b TLSv1.3 TLS_AES_256_GCM_SHA384 + 0"#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200 5 referer=https://r.example/ agent=agent took=1234us",
    );
    check(
        r#"log_format upstreaminfo '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id';"#,
        r#"0.0.0.0 - bob [18/Mar/2023:15:00:00 +0000] "GET /some/path HTTP/2.0" 200 12312 "https://10.0.0.1/r" "Mozilla/5.0" 462 0.050 [some-upstream-service-9000] [] 10.0.50.80:9000, 10.0.50.81:9000 19437, 5 0.049, 0.1 200, 200 752178adb17130b291aefd8c386279e7"#,
        "peer=0.0.0.0 upstream=10.0.50.80:9000, 10.0.50.81:9000 time=2023-03-18T15:00:00Z GET /some/path 200 12312 user=bob referer=https://10.0.0.1/r agent=Mozilla/5.0 took=50000us",
    );
    check(
        r"$remote_addr^A$time_local^A$request^A$status",
        "192.0.2.7^A05/Mar/2024:09:12:01 +0000^A-^A400",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z 400",
    );
    check(
        "%a,%{%d-%m-%Y %I:%M:%S %p}t,%>s,%U",
        "192.0.2.7,05-03-2024 09:12:01 PM,200,/a,b.csv",
        "peer=192.0.2.7 time=2024-03-05T21:12:01 - /a,b.csv 200",
    );
    check(
        r#"$remote_addr [$time_local] "$request" $status uid=$cookie_uid;sid=$cookie_sid arg=$arg_token gz=$gzip_ratio $ssl_protocol/$ssl_cipher $http2 c=$connection/$connection_requests"#,
        r#"192.0.2.7 [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 uid=a b;sid=- arg=- gz=3.20 TLSv1.3/TLS_AES h2 c=17/2"#,
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200",
    );
}

#[test]
fn texts_that_nothing_guards() {
    check(
        "$http_x_real_ip - $remote_user [$time_local]  $request  $status $http_referer $http_user_agent $http_x_forwarded_for",
        "203.0.113.5 - - [05/Mar/2024:09:12:01 +0000]  GET /a b HTTP/1.1  200 - Mozilla/5.0 (X11; Linux) Gecko 203.0.113.5, 10.0.0.1",
        "forwarded=203.0.113.5, 10.0.0.1 time=2024-03-05T09:12:01Z GET /a b 200 agent=Mozilla/5.0 (X11; Linux) Gecko",
    );
    // Addresses that are masked, and what a client wrote for one.
    check(
        "$remote_addr $http_x_forwarded_for [$my_timestamp] $request $status",
        "203.0.113.xxx what ever, 10.0.0.1 [2024-03-05 09:12:01.250] GET /a HTTP/1.1 200",
        "peer=203.0.113.xxx forwarded=what ever, 10.0.0.1 time=2024-03-05T09:12:01.25 GET /a 200",
    );
    // Quotes that stand in the lines, and those of a configuration.
    check(
        "'$remote_addr' '$time_iso8601' '$request' '$status'",
        "'192.0.2.7' '2024-03-05T09:12:01Z' 'GET /it's HTTP/1.1' '200'",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /it's 200",
    );
    check(
        "'$remote_addr $time_iso8601 ' '$request $status'",
        "192.0.2.7 2024-03-05T09:12:01Z GET /a HTTP/1.1 200",
        "peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200",
    );
    // An epoch without its point.
    check("%{sec}t%{msec_frac}t %U", "1709629921250 /a", "time=2024-03-05T09:12:01.25Z - /a");
    // A target that holds what stands between fields.
    check(
        "$remote_addr|$http_x_forwarded_for|$request_method|$request_uri|$status",
        "10.0.0.7|203.0.113.5|GET|/a?c=d|e|200",
        "peer=10.0.0.7 forwarded=203.0.113.5 GET /a?c=d|e 200",
    );
    // A query that holds the mark it begins with.
    check(
        r#"%(h)s "%(m)s %(U)s?%(q)s %(H)s" %(s)s"#,
        r#"10.0.0.7 "GET /a?b=c?d=e HTTP/1.1" 200"#,
        "peer=10.0.0.7 GET /a?b=c?d=e 200",
    );
    // A list of upstreams is one field.
    check(
        "$request_uri $upstream_status $request_time $own",
        "/a 502, 200 : 404 0.100 x",
        "- /a took=100000us",
    );
    check("$my_time $request_uri $status", "soon /a 200", "- /a 200");
}

#[test]
fn gunicorn() {
    check(
        r#"access_log_format = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(D)s %({x-forwarded-for}i)s %(p)s %({x}o)s'"#,
        r#"10.0.0.7 - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "x \"y\"" 1500 203.0.113.5 <12> -"#,
        r#"peer=10.0.0.7 forwarded=203.0.113.5 time=2024-03-05T09:12:01Z GET /a 200 5 agent=x \"y\" took=1500us"#,
    );
    check(
        r#"%(t)s %({true-client-ip}i)s %(m)s %(U)s?%(q)s %(H)s %(s)s %(B)s %(M)s %(L)s %(T)s 100%%"#,
        "[05/Mar/2024:09:12:01 +0000] 203.0.113.5 GET /a?b=c HTTP/1.1 200 0 12 0.012345 0 100%",
        "forwarded=203.0.113.5 time=2024-03-05T09:12:01Z GET /a?b=c 200 0 took=12000us",
    );
}

#[test]
fn a_client_cannot_write_fields() {
    // A user that is a date and an address, and an agent with a quote.
    check(
        r#"%h %l %u %t "%r" %>s %b "%{User-Agent}i""#,
        r#"192.0.2.7 - x [01/Jan/1990:00:00:00 +0000] 1.1.1.1 [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5 "a \" 404 7 \"-""#,
        r#"peer=192.0.2.7 time=2024-03-05T09:12:01Z GET /a 200 5 user=x [01/Jan/1990:00:00:00 +0000] 1.1.1.1 agent=a \" 404 7 \"-"#,
    );
    // Two lines that were fused into one are none.
    check_unread(
        r#"%h %l %u %t "%r" %>s %b"#,
        r#"192.0.2.7 - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" 200 5192.0.2.8 - - [05/Mar/2024:09:12:02 +0000] "GET /b HTTP/1.1" 200 5"#,
        69,
        "the end of the line",
    );
    check_unread(
        r#"%h %l %u %t "%r" %>s %b"#,
        r#"192.0.2.7 - - [05/Mar/2024:09:12:01 +0000] "GET /a HTTP/1.1" OK 5"#,
        61,
        "a status of three digits for %>s",
    );
}

#[test]
fn a_line_that_fits_nowhere_is_given_up() {
    // A hundred times as long, it takes about a hundred times as many looks,
    // however many texts could end at each of its blanks.
    let format = "$a $b $c $d $e $f $g $h $i $request $status x";
    for words in [300, 30_000] {
        let line = "a 200 ".repeat(words);
        let template = super::super::Template::compile(format).unwrap();
        let mut scratch = Default::default();
        assert!(template.read(line.as_bytes(), &mut scratch).is_err());
    }
    for format in
        ["$host|$http_x_forwarded_for|$http_x_real_ip|$request|$status x", "$request_method|$uri|x"]
    {
        let line = "1|".repeat(100_000);
        let template = super::super::Template::compile(format).unwrap();
        let mut scratch = Default::default();
        assert!(template.read(line.as_bytes(), &mut scratch).is_err());
    }
}
