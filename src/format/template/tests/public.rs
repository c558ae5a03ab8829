//! Layouts as operators publish them, in manuals, posts and answers to one
//! another, and lines as their servers write them.

use super::check;

#[test]
fn layouts_of_apache_and_its_likes() {
    check(
        r#"LogFormat "%{X-Forwarded-For}i %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" proxy"#,
        r#"203.0.113.5, 10.1.1.1 10.0.0.7 - bob [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "https://x.example/" "Mozilla/5.0 (X11; Linux) A/1""#,
        "peer=10.0.0.7 forwarded=203.0.113.5, 10.1.1.1 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 user=bob referer=https://x.example/ agent=Mozilla/5.0 (X11; Linux) A/1",
    );
    check(
        r#"%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\""#,
        r#"www.x.example:443 203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8""#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=www.x.example agent=curl/8",
    );
    check(
        r#"LogFormat "[%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t] %a %{c}a \"%r\" %>s %B %{ms}T" iso"#,
        r#"[2023-10-10 13:55:36.123] 203.0.113.5 10.0.0.7 "GET /a.csv HTTP/1.1" 200 2326 12"#,
        "peer=10.0.0.7 forwarded=203.0.113.5 time=2023-10-10T13:55:36.123 GET /a.csv 200 2326 took=12000us",
    );
    check(
        r#"LogFormat "time:%t\tforwardedfor:%{X-Forwarded-For}i\thost:%h\treq:%r\tstatus:%>s\tmethod:%m\turi:%U%q\tsize:%B\treferer:%{Referer}i\tua:%{User-Agent}i\treqtime_microsec:%D" ltsv"#,
        "time:[10/Oct/2023:13:55:36 +0200]\tforwardedfor:203.0.113.5\thost:10.0.0.7\treq:GET /a.csv?x=1 HTTP/1.1\tstatus:200\tmethod:GET\turi:/a.csv?x=1\tsize:2326\treferer:-\tua:curl/8 x\treqtime_microsec:812",
        "peer=10.0.0.7 forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv?x=1 200 2326 agent=curl/8 x took=812us",
    );
    check(
        r#"LogFormat "%h,%u,%{%F %T}t,%m,%U,%>s,%b,\"%{User-Agent}i\"" csv"#,
        r#"203.0.113.5,-,2023-10-10 13:55:36,GET,/a.csv,200,2326,"curl/8, like Gecko""#,
        "peer=203.0.113.5 time=2023-10-10T13:55:36 GET /a.csv 200 2326 agent=curl/8, like Gecko",
    );
    check(
        r#"LogFormat "%{CF-Connecting-IP}i %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" **%T/%D**" cf"#,
        r#"203.0.113.5 172.68.1.1 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8" **0/812**"#,
        "peer=172.68.1.1 forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=812us",
    );
    check(
        r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" \"%{Cookie}i\" %I %O %X" forensic"#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8" "sid=a; b=\"c\"" 311 2600 +"#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8",
    );
    check(
        r#"log_format combined_ssl '$remote_addr - $remote_user [$time_local] ' '"$request" $status $body_bytes_sent ' '"$http_referer" "$http_user_agent" $ssl_protocol/$ssl_cipher $ssl_server_name';"#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8" TLSv1.3/TLS_AES_256_GCM_SHA384 x.example"#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=x.example agent=curl/8",
    );
    check(
        r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" \"%{X-Forwarded-For}i\" %{Host}i %{BALANCER_WORKER_NAME}e %{X-Request-Id}o" lb"#,
        r#"10.0.0.7 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8" "203.0.113.5" x.example http://10.0.0.9:8080 4711"#,
        "peer=10.0.0.7 forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=x.example agent=curl/8",
    );
}

#[test]
fn layouts_of_nginx() {
    check(
        r#"log_format upstream_time '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time uct="$upstream_connect_time" uht="$upstream_header_time" urt="$upstream_response_time"';"#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/2.0" 200 2326 "-" "curl/8" rt=0.012 uct="0.000" uht="0.011" urt="0.011""#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=12000us",
    );
    check(
        r#"log_format timed_combined '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_response_time $pipe';"#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/2.0" 200 2326 "-" "curl/8" 0.012 0.010, 0.001 ."#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=12000us",
    );
    check(
        "log_format tabs '$msec\t$remote_addr\t$host\t$request_method\t$uri\t$args\t$status\t$bytes_sent\t$http_user_agent';",
        "1696938936.123\t203.0.113.5\tx.example\tGET\t/a.csv\t-\t200\t2600\tcurl/8 (x y)",
        "peer=203.0.113.5 time=2023-10-10T11:55:36.123Z GET /a.csv 200 2600 host=x.example agent=curl/8 (x y)",
    );
    check(
        r#"log_format kv 'ts="$time_local" ip=$remote_addr xff="$http_x_forwarded_for" method=$request_method uri="$request_uri" status=$status size=$body_bytes_sent time=$request_time ua="$http_user_agent"';"#,
        r#"ts="10/Oct/2023:13:55:36 +0200" ip=203.0.113.5 xff="-" method=GET uri="/a.csv" status=200 size=2326 time=0.012 ua="curl/8""#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=12000us",
    );
    check(
        r#"log_format json_analytics escape=json '{' '"msec": "$msec", ' '"connection": "$connection", ' '"pid": "$pid", ' '"request_id": "$request_id", ' '"request_length": "$request_length", ' '"remote_addr": "$remote_addr", ' '"remote_user": "$remote_user", ' '"time_local": "$time_local", ' '"request": "$request", ' '"request_uri": "$request_uri", ' '"args": "$args", ' '"status": "$status", ' '"body_bytes_sent": "$body_bytes_sent", ' '"http_referer": "$http_referer", ' '"http_user_agent": "$http_user_agent", ' '"http_x_forwarded_for": "$http_x_forwarded_for", ' '"http_host": "$http_host", ' '"request_time": "$request_time", ' '"upstream": "$upstream_addr", ' '"ssl_protocol": "$ssl_protocol" ' '}';"#,
        r#"{"msec": "1696938936.123", "connection": "7", "pid": "1", "request_id": "ab", "request_length": "311", "remote_addr": "10.0.0.7", "remote_user": "", "time_local": "10/Oct/2023:13:55:36 +0200", "request": "GET /a.csv?x=\"1\" HTTP/1.1", "request_uri": "/a.csv?x=\"1\"", "args": "x=\"1\"", "status": "200", "body_bytes_sent": "2326", "http_referer": "", "http_user_agent": "curl/8", "http_x_forwarded_for": "203.0.113.5", "http_host": "x.example:443", "request_time": "0.012", "upstream": "10.0.1.1:80", "ssl_protocol": "TLSv1.3" }"#,
        r#"peer=10.0.0.7 forwarded=203.0.113.5 upstream=10.0.1.1:80 time=2023-10-10T11:55:36.123Z GET /a.csv?x="1" 200 2326 host=x.example agent=curl/8 took=12000us"#,
    );
    check(
        r#"log_format main '$http_x_forwarded_for ($realip_remote_addr) - $remote_user [$time_local] "$scheme://$host$request_uri" "$request" $status';"#,
        r#"203.0.113.5 (10.0.0.7) - - [10/Oct/2023:13:55:36 +0200] "https://x.example/a.csv" "GET /a.csv HTTP/1.1" 200"#,
        "peer=10.0.0.7 forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 host=x.example",
    );
    check(
        "[$time_local] $remote_addr - $remote_user - $server_name $host to: $upstream_addr: $request $status upstream_response_time $upstream_response_time msec $msec request_time $request_time",
        "[10/Oct/2023:13:55:36 +0200] 203.0.113.5 - - - x.example x.example to: 10.0.1.1:80: GET /a.csv HTTP/1.1 200 upstream_response_time 0.011 msec 1696938936.123 request_time 0.012",
        "peer=203.0.113.5 upstream=10.0.1.1:80 time=2023-10-10T11:55:36.123Z GET /a.csv 200 host=x.example took=12000us",
    );
    check(
        "log_format cache '$remote_addr - $upstream_cache_status [$time_local] $request $status $body_bytes_sent $http_referer $http_user_agent $gzip_ratio';",
        "203.0.113.5 - HIT [10/Oct/2023:13:55:36 +0200] GET /a.csv HTTP/1.1 200 2326 - curl/8 -",
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8",
    );
    check(
        r#"log_format json_logs '{"time":"$time_iso8601","ip":"$remote_addr","req":"$request","status":$status,"bytes":$body_bytes_sent,"rt":$request_time,"ua":"$http_user_agent"}';"#,
        r#"{"time":"2023-10-10T13:55:36+02:00","ip":"203.0.113.5","req":"GET /a.csv?q=\x22 HTTP/1.1","status":200,"bytes":2326,"rt":0.012,"ua":"a \x22b\x22"}"#,
        r#"peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv?q=" 200 2326 agent=a "b" took=12000us"#,
    );
    check(
        r#"log_format vhosts '$host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent';"#,
        r#"x.example:443 203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326"#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=x.example",
    );
    check(
        "log_format bare '$remote_addr $request_method $scheme://$http_host$request_uri $status $time_local';",
        "203.0.113.5 GET https://x.example/a.csv?b=c d 200 10/Oct/2023:13:55:36 +0200",
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv?b=c d 200 host=x.example",
    );
}

#[test]
fn layouts_of_haproxy_tomcat_jetty_and_w3c() {
    check(
        r#"log-format {"type":"haproxy","timestamp":%Ts,"http_status":%ST,"http_request":"%r","remote_addr":"%ci","bytes_read":%B,"upstream_addr":"%si","backend_name":"%b","retries":%rc,"bytes_uploaded":%U,"upstream_response_time":"%Tr","session_duration":"%Tt","termination_state":"%ts"}"#,
        r#"{"type":"haproxy","timestamp":1233922454,"http_status":200,"http_request":"GET /a.csv HTTP/1.1","remote_addr":"203.0.113.5","bytes_read":2750,"upstream_addr":"10.0.0.3","backend_name":"b","retries":0,"bytes_uploaded":311,"upstream_response_time":"5","session_duration":"12","termination_state":"--"}"#,
        "peer=203.0.113.5 upstream=10.0.0.3 time=2009-02-06T12:14:14Z GET /a.csv 200 2750 took=12000us",
    );
    check(
        r#"log-format "%[src] - - [%trl] \"%HM %HU %HV\" %ST %B \"%[capture.req.hdr(0)]\" \"%[capture.req.hdr(1)]\"""#,
        r#"203.0.113.5 - - [06/Feb/2009:13:14:14 +0100] "GET /a.csv HTTP/1.1" 200 2750 "-" "curl/8""#,
        "peer=203.0.113.5 time=2009-02-06T12:14:14Z GET /a.csv 200 2750",
    );
    check(
        r#"pattern="%{X-Forwarded-For}i %l %u %t &quot;%r&quot; %s %b %D &quot;%{User-Agent}i&quot;""#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET /a.csv HTTP/1.1" 200 2326 12 "curl/8""#,
        "forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=12000us",
    );
    check(
        r#"%h %l %u [%{yyyy-MM-dd'T'HH:mm:ss.SSSZ}t] "%r" %s %b %S %I %F"#,
        r#"203.0.113.5 - - [2023-10-10T13:55:36.123+0200] "GET /a.csv HTTP/1.1" 200 2326 ABC http-nio-8080-exec-1 3"#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36.123Z GET /a.csv 200 2326",
    );
    check(
        r#"jetty:%{client}a - %u %t "%r" %s %B "%{Referer}i" "%{User-Agent}i" %{ms}T "%C""#,
        r#"203.0.113.5 - - [10/Oct/2023:11:55:36 +0000] "GET /a.csv HTTP/1.1" 200 2326 "-" "curl/8" 12 "a=b""#,
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 agent=curl/8 took=12000us",
    );
    check(
        "#Fields: date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
        "2023-10-10 11:55:36 W3SVC1 WEB1 10.0.0.1 GET /a.csv - 443 - 203.0.113.5 HTTP/2.0 curl/8 - - x.example 200 0 0 2326 311 12",
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=x.example agent=curl/8 took=12000us",
    );
    check(
        "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)",
        "2023-10-10\t11:55:36\tFRA2\t2326\t203.0.113.5\tGET\td.cloudfront.net\t/a.csv\t200\t-\tcurl/8",
        "peer=203.0.113.5 time=2023-10-10T11:55:36Z GET /a.csv 200 2326 host=d.cloudfront.net agent=curl/8",
    );
    check(
        r#"varnish:%{X-Forwarded-For}i %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i" %{Varnish:hitmiss}x"#,
        r#"203.0.113.5 - - [10/Oct/2023:13:55:36 +0200] "GET http://x.example/a.csv HTTP/1.1" 200 2326 "-" "curl/8" miss"#,
        "forwarded=203.0.113.5 time=2023-10-10T11:55:36Z GET http://x.example/a.csv 200 2326 agent=curl/8",
    );
}
