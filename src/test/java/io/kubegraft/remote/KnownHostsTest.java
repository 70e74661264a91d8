package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How lines of known_hosts are read.
class KnownHostsTest {
  private static final HostKey ONE = new HostKey("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAE=");
  private static final HostKey TWO = new HostKey("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAI=");
  private static final HostKey RSA = new HostKey("ssh-rsa", "AAAAB3NzaC1yc2E=");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("known_hosts");
  }

  @Test
  void names_are_compared_without_regard_to_case() throws IOException {
    assertThat(known("Node1.Example " + said(ONE)).check("node1.EXAMPLE", 22, ONE))
        .isEqualTo(new KnownHosts.Verdict.Known());
  }

  @Test
  void one_line_may_name_several_hosts() throws IOException {
    KnownHosts known = known("a,b,10.0.0.1 " + said(ONE));

    for (String host : List.of("a", "b", "10.0.0.1")) {
      assertThat(known.check(host, 22, ONE)).isEqualTo(new KnownHosts.Verdict.Known());
    }
    assertThat(known.check("c", 22, ONE)).isInstanceOf(KnownHosts.Verdict.Unknown.class);
  }

  @Test
  void wildcards_match_and_negation_wins_wherever_it_stands() throws IOException {
    KnownHosts known = known("node?.*.example,!node2.lab.example " + said(ONE));

    assertThat(known.check("node1.lab.example", 22, ONE)).isEqualTo(new KnownHosts.Verdict.Known());
    assertThat(known.check("node2.lab.example", 22, ONE))
        .isInstanceOf(KnownHosts.Verdict.Unknown.class);
    assertThat(known.check("node10.lab.example", 22, ONE))
        .isInstanceOf(KnownHosts.Verdict.Unknown.class);
  }

  @Test
  void a_dot_is_no_wildcard() throws IOException {
    assertThat(known("10.0.0.1 " + said(ONE)).check("10x0x0x1", 22, ONE))
        .isInstanceOf(KnownHosts.Verdict.Unknown.class);
  }

  @Test
  void a_key_known_on_another_port_only_is_unknown() throws IOException {
    assertThat(known("[a]:2222 " + said(ONE)).check("a", 22, ONE))
        .isInstanceOf(KnownHosts.Verdict.Unknown.class);
  }

  @Test
  void one_of_several_keys_of_the_same_kind_is_enough() throws IOException {
    assertThat(known("a " + said(TWO) + "\na " + said(ONE)).check("a", 22, ONE))
        .isEqualTo(new KnownHosts.Verdict.Known());
  }

  @Test
  void a_key_of_another_kind_is_no_change_but_is_named() throws IOException {
    assertThat(known("a " + said(RSA)).check("a", 22, ONE))
        .isInstanceOfSatisfying(
            KnownHosts.Verdict.Unknown.class,
            unknown ->
                assertThat(unknown.others()).extracting(KnownHosts.Entry::key).contains(RSA));
  }

  @Test
  void a_different_key_on_the_usual_port_does_not_condemn_one_on_another_port() throws IOException {
    assertThat(known("a " + said(TWO)).check("a", 2222, ONE))
        .isInstanceOf(KnownHosts.Verdict.Unknown.class);
  }

  @Test
  void comments_empty_lines_unknown_markers_and_rubbish_are_no_keys() throws IOException {
    KnownHosts known =
        known(
            "# a "
                + said(TWO)
                + "\n\n@future a "
                + said(TWO)
                + "\na ssh-ed25519\na ssh-ed25519 ???\n  a  "
                + said(ONE)
                + " a comment");

    assertThat(known.check("a", 22, ONE)).isEqualTo(new KnownHosts.Verdict.Known());
    assertThat(known.check("a", 22, TWO))
        .isInstanceOfSatisfying(
            KnownHosts.Verdict.Changed.class,
            changed -> assertThat(changed.known().place()).isEqualTo(file + ":6"));
  }

  @Test
  void an_appended_key_starts_a_line_of_its_own() throws IOException {
    Files.writeString(file, "b " + said(TWO));

    KnownHosts.append(file, "A", 2222, ONE);

    assertThat(file).hasContent("b " + said(TWO) + "\n[a]:2222 " + said(ONE) + "\n");
  }

  @Test
  void ssh_keygen_finds_what_was_appended() throws IOException {
    Sshd.keygen(folder.resolve("key"), "ed25519");
    String[] words = Files.readString(folder.resolve("key.pub")).split(" ");
    KnownHosts.append(file, "fd00::1", 22, new HostKey(words[0], words[1]));

    assertThat(Sshd.run(List.of("ssh-keygen", "-F", "fd00::1", "-f", file.toString())))
        .contains(words[1]);
  }

  private KnownHosts known(String text) throws IOException {
    Files.writeString(file, text);
    return KnownHosts.read(List.of(folder.resolve("missing"), file));
  }

  private static String said(HostKey key) {
    return key.type() + " " + key.base64();
  }
}
