package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the cluster itself says of why something isn't as it should be: Events of type Warning. The
/// API keeps them for an hour.
public final class Warnings {
  private static final Pattern WEBHOOK = Pattern.compile("webhook \"([^\"]+)\"");

  private final KubernetesClient client;

  Warnings(KubernetesClient client) {
    this.client = client;
  }

  /// @param reason such as `FailedCreate`
  /// @param message its first line
  public record Warning(String reason, String message) {
    public String inWords() {
      return reason + ": " + message;
    }

    /// The admission webhook that it names.
    public Optional<String> webhook() {
      Matcher matcher = WEBHOOK.matcher(message);
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
  }

  /// The newest about an object.
  ///
  /// @param since older ones don't count
  public Optional<Warning> newest(String namespace, String kind, String name, Instant since) {
    return client
        .v1()
        .events()
        .inNamespace(namespace)
        .withFields(
            Map.of("involvedObject.kind", kind, "involvedObject.name", name, "type", "Warning"))
        .list()
        .getItems()
        .stream()
        .filter(event -> !at(event).isBefore(since))
        .max(Comparator.comparing(Warnings::at))
        .map(event ->
            new Warning(
                FromApi.text(event.getReason()),
                KubeApi.firstLine(FromApi.text(event.getMessage()))));
  }

  /// Events of the older kind have a last time, those of the newer one a time and a series.
  private static Instant at(Event event) {
    return Stream.of(
            FromApi.text(event.getLastTimestamp()),
            event.getSeries() == null || event.getSeries().getLastObservedTime() == null
                ? ""
                : FromApi.text(event.getSeries().getLastObservedTime().getTime()),
            event.getEventTime() == null ? "" : FromApi.text(event.getEventTime().getTime()),
            FromApi.text(event.getMetadata().getCreationTimestamp()))
        .flatMap(text -> instant(text).stream())
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /// Which objects configure a webhook of that name, as kubectl names them: `kind/name`.
  public SortedSet<String> configuring(String webhook) {
    var admission = client.admissionRegistration().v1();
    SortedSet<String> found = new TreeSet<>();
    admission.validatingWebhookConfigurations().list().getItems().stream()
        .filter(configuration ->
            FromApi.orEmpty(configuration.getWebhooks()).stream()
                .anyMatch(each -> webhook.equals(each.getName())))
        .forEach(configuration ->
            found.add("validatingwebhookconfiguration/" + configuration.getMetadata().getName()));
    admission.mutatingWebhookConfigurations().list().getItems().stream()
        .filter(configuration ->
            FromApi.orEmpty(configuration.getWebhooks()).stream()
                .anyMatch(each -> webhook.equals(each.getName())))
        .forEach(configuration ->
            found.add("mutatingwebhookconfiguration/" + configuration.getMetadata().getName()));
    return found;
  }
}
