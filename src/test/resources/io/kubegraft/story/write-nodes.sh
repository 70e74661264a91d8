# write-nodes.sh FLAG NODE...: some hundred writes a second to these Node objects, a label, an annotation and a
# condition in turn, while the file FLAG is there, for at most five minutes. Past kubectl's own proxy, so that no
# certificate is handled here.
PATH=$PATH:/usr/local/bin
kubectl --kubeconfig /etc/kubernetes/admin.conf proxy --port 8009 --reject-methods '^$' >/dev/null &
proxy=$!
trap 'kill $proxy' EXIT
perl -MIO::Socket::INET -e '
  my ($flag, @nodes) = @ARGV;
  my ($end, $asked, $written) = (time + 300, 0, 0);
  while (-e $flag && time < $end) {
    select(undef, undef, undef, 0.002);
    my $node = $nodes[$asked % @nodes];
    my ($part, $body) = @{(
      ["", qq({"metadata":{"labels":{"story":"$asked"}}})],
      ["", qq({"metadata":{"annotations":{"story":"$asked"}}})],
      ["/status", qq({"status":{"conditions":[{"type":"Story","status":"True","reason":"N$asked","message":""}]}})],
    )[int($asked / @nodes) % 3]};
    my $socket = IO::Socket::INET->new("127.0.0.1:8009") or next;
    print $socket "PATCH /api/v1/nodes/$node$part HTTP/1.0\r\nHost: localhost\r\n",
      "Content-Type: application/strategic-merge-patch+json\r\nContent-Length: ", length($body), "\r\n\r\n", $body;
    my $answer = <$socket> // "";
    1 while <$socket>;
    $asked++;
    $written++ if $answer =~ / 200 /;
  }
  print "written $written of $asked\n";
' "$@"
