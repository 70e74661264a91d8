package io.kubegraft.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.config.keys.ClientIdentityLoader;
import org.apache.sshd.client.session.ClientConnectionServiceFactory;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.ClientUserAuthServiceFactory;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.SignatureFactoriesManager;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;

/// Makes the SSH client as we want it.
final class ClientSetup {
  /// What a server may send before we have taken it: held in memory, once for each stream. At 50 MB
  /// a second it covers 20 ms of way there and back.
  private static final long WINDOW = 1L << 20;

  private static final long PACKET = 64L << 10;

  private ClientSetup() {}

  static SshClient start() {
    SshClient client = SshClient.setUpDefaultClient();
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setClientIdentityLoader(ClientIdentityLoader.DEFAULT);
    client.setServerKeyVerifier(new HostKeys());
    client.setUserAuthFactories(
        List.of(
            new KeysInOurOrder(),
            UserAuthPasswordFactory.INSTANCE,
            UserAuthKeyboardInteractiveFactory.INSTANCE));
    // The JDK does AES-GCM with the processor's own instructions; the others cost several times
    // as much.
    client.setCipherFactories(
        List.of(
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.cc20p1305_openssh,
            BuiltinCiphers.aes128ctr,
            BuiltinCiphers.aes192ctr,
            BuiltinCiphers.aes256ctr));
    client.setSessionFactory(new Sessions(client));
    client.setServiceFactories(
        List.of(ClientUserAuthServiceFactory.INSTANCE, new KeptAliveServices()));
    CoreModuleProperties.WINDOW_SIZE.set(client, WINDOW);
    CoreModuleProperties.MAX_PACKET_SIZE.set(client, PACKET);
    CoreModuleProperties.NIO_WORKERS.set(client, 1);
    client.setIoServiceFactoryFactory(new SharedIo());
    CoreModuleProperties.TCP_NODELAY.set(client, true);
    // A command may be silent for as long as its own deadline lets it.
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(client, Duration.ofDays(30));
    CoreModuleProperties.PASSWORD_PROMPTS.set(client, 1);
    client.start();
    return client;
  }

  /// Sessions that know which server they are for before the key exchange starts.
  private static final class Sessions extends SessionFactory {
    Sessions(ClientFactoryManager client) {
      super(client);
    }

    @Override
    protected ClientSessionImpl doCreateSession(IoSession ioSession) throws Exception {
      return new ClientSessionImpl(getClient(), ioSession) {
        @Override
        protected String resolveAvailableSignaturesProposal(FactoryManager manager) {
          List<String> names =
              getSignatureFactories().stream().map(NamedResource::getName).toList();
          return String.join(",", attempt().order(names));
        }

        // For certificates: the name that the operator used, not the local end of a tunnel.
        @Override
        public SocketAddress getConnectAddress() {
          Target target = attempt().target;
          return InetSocketAddress.createUnresolved(target.keyName(), target.port());
        }

        @Override
        public ChannelDirectTcpip createDirectTcpipChannel(
            SshdSocketAddress local, SshdSocketAddress remote) throws IOException {
          var channel = new DirectChannel(local, remote);
          getConnectionService().registerChannel(channel);
          return channel;
        }

        private Attempt attempt() {
          return getConnectionContext().getAttribute(Attempt.KEY);
        }
      };
    }
  }

  private static final class KeysInOurOrder extends UserAuthPublicKeyFactory {
    @Override
    public UserAuthPublicKey createUserAuth(ClientSession session) throws IOException {
      return new UserAuthPublicKey(getSignatureFactories()) {
        private Optional<Identities> identities = Optional.empty();

        @Override
        protected Iterator<PublicKeyIdentity> createPublicKeyIterator(
            ClientSession session, SignatureFactoriesManager manager) {
          Attempt attempt = session.getConnectionContext().getAttribute(Attempt.KEY);
          var made = new Identities(attempt.target, session, manager, attempt.tried);
          identities = Optional.of(made);
          return made;
        }

        @Override
        protected void releaseKeys() throws IOException {
          if (identities.isPresent()) {
            identities.get().close();
          }
          super.releaseKeys();
        }
      };
    }
  }

  /// Probes each connection as often as its target wants; the service reads that when it is made.
  private static final class KeptAliveServices extends ClientConnectionServiceFactory {
    @Override
    public Service create(Session session) throws IOException {
      if (session instanceof ClientSession client) {
        Target target = client.getConnectionContext().getAttribute(Attempt.KEY).target;
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(session, target.keepAlive());
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(session, target.keepAliveMax());
      }
      return super.create(session);
    }
  }
}
