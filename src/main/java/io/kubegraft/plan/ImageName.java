package io.kubegraft.plan;

import java.util.List;

/// Names of images as a container runtime keeps them.
final class ImageName {
  private static final String HUB = "docker.io";

  private ImageName() {}

  /// `nginx:1.28` is `docker.io/library/nginx:1.28`; no tag is `latest`; and where a name has a tag
  /// and a digest, only the digest counts.
  static String whole(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
    String path = registry ? name.substring(slash + 1) : name;
    String at = registry ? first : HUB;
    String folder = at.equals(HUB) && !path.contains("/") ? "library/" : "";
    return at + "/" + folder + tagged(path);
  }

  private static String tagged(String path) {
    int digest = path.indexOf('@');
    if (digest >= 0) {
      return untagged(path.substring(0, digest)) + path.substring(digest);
    }
    return untagged(path).equals(path) ? path + ":latest" : path;
  }

  private static String untagged(String path) {
    int colon = path.lastIndexOf(':');
    return colon > path.lastIndexOf('/') ? path.substring(0, colon) : path;
  }

  /// The name under which a runtime has an image, if it is among these; else the one that it would
  /// give it.
  static String among(List<String> names, String name) {
    return names.contains(name) ? name : whole(name);
  }
}
