import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.VariantBuilder;

/**
 * Reads variants by Spark's own library and holds them against what Spark itself makes of the same JSON text.
 *
 * Each line of the input has metadata, value and JSON text, as base64. Each line of the output is `same` and the variant as
 * JSON, or says what differs.
 */
final class ReadVariants {
  public static void main(String[] arguments) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      output.println(outcome(line.split(" ")));
    }
    output.flush();
  }

  private static String outcome(String[] parts) {
    try {
      var decoder = Base64.getDecoder();
      var read = new Variant(decoder.decode(parts[1]), decoder.decode(parts[0]));
      var text = new String(decoder.decode(parts[2]), StandardCharsets.UTF_8);
      String difference = difference("", read, VariantBuilder.parseJson(text, false));
      return difference != null ? difference : "same " + read.toJson(ZoneOffset.UTC);
    } catch (Exception error) {
      return error.toString().replaceAll("\\s+", " ");
    }
  }

  /** How the variant differs from the one that Spark makes of the same text; null if it doesn't. */
  private static String difference(String path, Variant read, Variant made) {
    if (read.getType() != made.getType() || read.getTypeInfo() != made.getTypeInfo()) {
      // A short string and an object have their size there, or how wide their numbers are.
      var isHeaderFree = read.getType() == made.getType();
      var hasSize = switch (read.getType()) {
        case OBJECT, ARRAY, STRING -> true;
        default -> false;
      };
      if (!isHeaderFree || !hasSize) {
        return path + ": " + read.getType() + "/" + read.getTypeInfo() + ", but Spark makes it " + made.getType() + "/" + made.getTypeInfo();
      }
    }
    switch (made.getType()) {
      case OBJECT:
        if (read.objectSize() != made.objectSize()) {
          return path + ": " + read.objectSize() + " fields instead of " + made.objectSize();
        }
        for (int index = 0; index < made.objectSize(); index++) {
          var field = made.getFieldAtIndex(index);
          var found = read.getFieldByKey(field.key);
          String problem = found == null
              ? path + ": Spark does not find the key " + field.key
              : difference(path + "." + field.key, found, field.value);
          if (problem != null) {
            return problem;
          }
        }
        return null;
      case ARRAY:
        if (read.arraySize() != made.arraySize()) {
          return path + ": " + read.arraySize() + " items instead of " + made.arraySize();
        }
        for (int index = 0; index < made.arraySize(); index++) {
          String problem = difference(path + "[" + index + "]", read.getElementAtIndex(index), made.getElementAtIndex(index));
          if (problem != null) {
            return problem;
          }
        }
        return null;
      case STRING:
        return read.getString().equals(made.getString()) ? null : path + ": another string";
      case DECIMAL:
        return read.getDecimalWithOriginalScale().equals(made.getDecimalWithOriginalScale())
            ? null
            : path + ": " + read.getDecimalWithOriginalScale() + " instead of " + made.getDecimalWithOriginalScale();
      default:
        var same = read.toJson(ZoneOffset.UTC).equals(made.toJson(ZoneOffset.UTC));
        return same ? null : path + ": " + read.toJson(ZoneOffset.UTC) + " instead of " + made.toJson(ZoneOffset.UTC);
    }
  }
}
