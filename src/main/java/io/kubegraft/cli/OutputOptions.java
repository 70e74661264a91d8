package io.kubegraft.cli;

import io.kubegraft.view.Views;
import java.util.function.Function;
import picocli.CommandLine.Option;

/// For whom the output is.
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      converter = FormatConverter.class,
      description = "text for people, json for programs (docs/json.md).")
  private Views.Format format = Views.Format.TEXT;

  Views.Format format() {
    return format;
  }

  void print(Function<Views.Format, String> rendered) {
    String text = rendered.apply(format);
    System.out.print(text.endsWith("\n") ? text : text + "\n");
    System.out.flush();
  }

  /// `text` or `json`, in any case.
  static final class FormatConverter implements picocli.CommandLine.ITypeConverter<Views.Format> {
    @Override
    public Views.Format convert(String value) {
      return switch (value.toLowerCase(java.util.Locale.ROOT)) {
        case "text" -> Views.Format.TEXT;
        case "json" -> Views.Format.JSON;
        default ->
            throw new picocli.CommandLine.TypeConversionException(
                "is " + value + "; it must be text or json");
      };
    }
  }
}
