package io.kubegraft.remote;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// The user's ssh-agent, over its Unix socket.
final class AgentClient extends AbstractAgentProxy {
  private static final int LARGEST = 1 << 20;

  private final SocketChannel channel;

  AgentClient(Path socket) throws IOException {
    super(null);
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  @Override
  protected synchronized Buffer request(Buffer buffer) throws IOException {
    var question = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
    while (question.hasRemaining()) {
      channel.write(question);
    }
    int length = fill(ByteBuffer.allocate(Integer.BYTES)).getInt();
    if (length <= 0 || length > LARGEST) {
      throw new IOException("ssh-agent answers with " + length + " bytes");
    }
    return new ByteArrayBuffer(fill(ByteBuffer.allocate(length)).array());
  }

  private ByteBuffer fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("ssh-agent has hung up");
      }
    }
    return buffer.flip();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    super.close();
  }
}
