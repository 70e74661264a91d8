package io.kubegraft.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.sshd.client.auth.pubkey.KeyAgentIdentity;
import org.apache.sshd.client.auth.pubkey.KeyPairIdentity;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.signature.SignatureFactoriesManager;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/// The keys to offer to one server, in the order in which they are tried: key files that were asked
/// for, then the agent's keys, then the default key files. A key is offered once, and by the agent
/// where the agent has it (so that encrypted files are no hindrance). Files are read only when
/// their turn comes.
final class Identities implements Iterator<PublicKeyIdentity>, AutoCloseable {
  private final Target target;
  private final ClientSession session;
  private final SignatureFactoriesManager signatures;
  private final List<String> notes;
  private final List<PublicKey> offered = new ArrayList<>();
  private final List<Path> files;
  private final List<Path> lastFiles;
  private Optional<AgentClient> agent = Optional.empty();
  private List<Map.Entry<PublicKey, String>> agentKeys = new ArrayList<>();
  private boolean agentAsked;
  private Optional<PublicKeyIdentity> next = Optional.empty();

  Identities(
      Target target,
      ClientSession session,
      SignatureFactoriesManager signatures,
      List<String> notes) {
    this.target = target;
    this.session = session;
    this.signatures = signatures;
    this.notes = notes;
    this.files = new ArrayList<>(target.keyFiles());
    this.lastFiles = new ArrayList<>(target.defaultKeyFiles());
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty()) {
      askAgent();
      if (!files.isEmpty()) {
        next = fromFile(files.removeFirst(), true);
      } else if (!agentKeys.isEmpty() && !target.onlyKeyFiles()) {
        var key = agentKeys.removeFirst();
        next = fromAgent(key.getKey(), key.getValue());
      } else if (!lastFiles.isEmpty()) {
        next = fromFile(lastFiles.removeFirst(), false);
      } else {
        return false;
      }
    }
    return true;
  }

  @Override
  public PublicKeyIdentity next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    PublicKeyIdentity identity = next.orElseThrow();
    next = Optional.empty();
    return identity;
  }

  private void askAgent() {
    if (agentAsked) {
      return;
    }
    agentAsked = true;
    if (target.agent().isEmpty()) {
      notes.add("no agent (SSH_AUTH_SOCK is not set)");
      return;
    }
    Path socket = target.agent().get();
    try {
      var client = new AgentClient(socket);
      agent = Optional.of(client);
      for (Map.Entry<PublicKey, String> key : client.getIdentities()) {
        agentKeys.add(key);
      }
      if (agentKeys.isEmpty()) {
        notes.add("the agent holds no keys");
      }
    } catch (IOException e) {
      notes.add("the agent at " + socket + " can't be asked (" + e.getMessage() + ")");
    }
  }

  private Optional<PublicKeyIdentity> fromAgent(PublicKey key, String name) {
    if (agent.isEmpty() || !fresh(key)) {
      return Optional.empty();
    }
    notes.add("agent key " + name + " (" + KeyUtils.getFingerPrint(key) + ")");
    return Optional.of(new KeyAgentIdentity(agent.get(), key, name));
  }

  private Optional<PublicKeyIdentity> fromFile(Path file, boolean asked) {
    if (!Files.exists(file)) {
      if (asked) {
        notes.add("key file " + file + " doesn't exist");
      }
      return Optional.empty();
    }
    Optional<PublicKey> half = publicHalf(file);
    if (half.isPresent()) {
      for (Map.Entry<PublicKey, String> key : agentKeys) {
        if (KeyUtils.compareKeys(key.getKey(), half.get())) {
          return fromAgent(key.getKey(), file.toString());
        }
      }
    }
    boolean[] locked = {false};
    FilePasswordProvider noPassword =
        (_, _, _) -> {
          locked[0] = true;
          return null;
        };
    NamedResource name = new PathResource(file);
    try (InputStream in = Files.newInputStream(file)) {
      Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(session, name, in, noPassword);
      if (pairs != null) {
        for (KeyPair pair : pairs) {
          if (fresh(pair.getPublic())) {
            notes.add("key file " + file);
            return Optional.of(new KeyPairIdentity(signatures, session, pair));
          }
          return Optional.empty();
        }
      }
      notes.add("key file " + file + " holds no private key");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      notes.add(
          locked[0]
              ? "key file "
                  + file
                  + " is encrypted and no agent holds it (unlock it with: ssh-add "
                  + file
                  + ")"
              : "key file " + file + " can't be read (" + e.getMessage() + ")");
    }
    return Optional.empty();
  }

  private static Optional<PublicKey> publicHalf(Path file) {
    Path half = file.resolveSibling(file.getFileName() + ".pub");
    try {
      if (Files.isReadable(half)) {
        for (AuthorizedKeyEntry entry : AuthorizedKeyEntry.readAuthorizedKeys(half)) {
          return Optional.ofNullable(entry.resolvePublicKey(null, PublicKeyEntryResolver.IGNORING));
        }
      }
    } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private boolean fresh(PublicKey key) {
    if (KeyUtils.findMatchingKey(key, offered) != null) {
      return false;
    }
    offered.add(key);
    return true;
  }

  @Override
  public void close() throws IOException {
    if (agent.isPresent()) {
      agent.get().close();
    }
  }
}
