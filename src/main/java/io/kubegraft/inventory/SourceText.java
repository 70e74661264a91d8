package io.kubegraft.inventory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file's bytes and text, or an error that says which of the many ways of not being a readable
/// text it took.
final class SourceText {
  private static final String VAULT = "$ANSIBLE_VAULT;";

  private final Path file;
  private final byte[] bytes;

  private SourceText(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static SourceText of(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw missing(file);
    } catch (AccessDeniedException e) {
      throw InventoryException.in(
          file, "Can't be read: permission denied", "Allow it: chmod u+r " + file);
    } catch (IOException e) {
      throw InventoryException.in(
          file, "Can't be read: " + e.getMessage(), "Check the file: ls -l " + file);
    }
    SourceText text = new SourceText(file, bytes);
    text.refuseBinaryAndVault();
    return text;
  }

  static InventoryException missing(Path file) {
    return InventoryException.in(
        file,
        "No such file or directory",
        "Check the path; relative ones start from " + Path.of("").toAbsolutePath() + ".");
  }

  private void refuseBinaryAndVault() {
    for (byte b : bytes) {
      if (b == 0) {
        throw InventoryException.in(
                file,
                "Is a binary file, not an inventory",
                "Name a text file: INI or YAML. A program that prints an inventory is asked with:"
                    + " ansible-inventory --list -i "
                    + file
                    + " -y > hosts.yml")
            .onlyForAnsible();
      }
    }
    if (new String(bytes, 0, Math.min(bytes.length, VAULT.length()), StandardCharsets.ISO_8859_1)
        .equals(VAULT)) {
      throw InventoryException.at(
              new Origin(file, 1),
              "Is encrypted with ansible-vault, so what it sets can't be known",
              VaultAdvice.ASK
                  + " Or see what it holds with: ansible-vault view "
                  + file
                  + ", and read a copy of the inventory without it.")
          .onlyForAnsible();
    }
  }

  boolean startsWithShebang() {
    return bytes.length > 1 && bytes[0] == '#' && bytes[1] == '!';
  }

  /// All of it as UTF-8.
  String utf8() {
    int line = 1;
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\n') {
        decode(start, i, line++);
        start = i + 1;
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// UTF-8, but comment lines may hold anything, as with Ansible's INI reader.
  String utf8ButForComments() {
    StringBuilder text = new StringBuilder();
    int line = 1;
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\n') {
        boolean comment = i > start && (bytes[start] == '#' || bytes[start] == ';');
        text.append(comment ? "" : decode(start, i, line)).append('\n');
        line++;
        start = i + 1;
      }
    }
    return text.toString();
  }

  private String decode(int from, int to, int line) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw InventoryException.at(
          new Origin(file, line),
          "Is not UTF-8 here",
          "Save the file as UTF-8, e.g.: iconv -f WINDOWS-1252 -t UTF-8 " + file);
    }
  }
}
