package io.kubegraft.remote;

import java.io.IOException;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/// A forwarded connection whose reader learns that the peer has finished sending, even while we
/// still send.
final class DirectChannel extends ChannelDirectTcpip {
  DirectChannel(SshdSocketAddress local, SshdSocketAddress remote) {
    super(local, remote);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    if (out != null) {
      out.close();
    }
  }
}
