package io.kubegraft.view;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Host names in the order that people count: node2 before node10.
final class Names {
  static final Comparator<String> COUNTED = Names::compare;

  private Names() {}

  static List<String> sorted(Collection<String> names) {
    return names.stream().sorted(COUNTED).toList();
  }

  static String list(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", sorted(names));
  }

  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static int compare(String left, String right) {
    int i = 0;
    int j = 0;
    while (i < left.length() && j < right.length()) {
      if (isDigit(left.charAt(i)) && isDigit(right.charAt(j))) {
        int leftEnd = digitsEnd(left, i);
        int rightEnd = digitsEnd(right, j);
        String leftNumber = withoutZeros(left.substring(i, leftEnd));
        String rightNumber = withoutZeros(right.substring(j, rightEnd));
        int byNumber = Integer.compare(leftNumber.length(), rightNumber.length());
        byNumber = byNumber != 0 ? byNumber : leftNumber.compareTo(rightNumber);
        if (byNumber != 0) {
          return byNumber;
        }
        i = leftEnd;
        j = rightEnd;
      } else if (left.charAt(i) != right.charAt(j)) {
        return Character.compare(left.charAt(i), right.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    int byLength = Integer.compare(left.length() - i, right.length() - j);
    return byLength != 0 ? byLength : left.compareTo(right);
  }

  private static boolean isDigit(char letter) {
    return letter >= '0' && letter <= '9';
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static String withoutZeros(String digits) {
    return digits.replaceFirst("^0+(?=.)", "");
  }
}
