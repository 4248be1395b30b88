import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.unsafe.types.VariantVal;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads Delta tables with Spark, for local/spec/verify.
 *
 * <p>Its arguments are a file of paths, one on each line, and the file that it writes: one line of JSON for each table,
 * its rows or the error.
 */
public final class ReadTables {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.datetime.java8API.enabled", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", args[1] + ".warehouse")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    try (PrintStream out = new PrintStream(args[1], StandardCharsets.UTF_8)) {
      for (String path : Files.readAllLines(Path.of(args[0]))) {
        out.println(new ObjectMapper().writeValueAsString(read(spark, path)));
      }
    }
    spark.stop();
  }

  private static ObjectNode read(SparkSession spark, String path) {
    ObjectNode outcome = JSON.objectNode();
    try {
      ArrayNode rows = JSON.arrayNode();
      for (Row row : spark.read().format("delta").load(path).collectAsList()) {
        rows.add(plain(row));
      }
      outcome.set("rows", rows);
    } catch (Throwable error) {
      Throwable cause = error;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      outcome.put("error", cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }
    return outcome;
  }

  /** The value in the form of JSON. */
  private static JsonNode plain(Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? JSON.numberNode(number) : JSON.textNode(String.valueOf(number));
    }
    if (value instanceof BigDecimal decimal) {
      return JSON.textNode(decimal.toPlainString());
    }
    if (value instanceof byte[] bytes) {
      return JSON.textNode(HexFormat.of().withUpperCase().formatHex(bytes));
    }
    if (value instanceof Instant instant) {
      return JSON.textNode(TIME.format(instant.atOffset(ZoneOffset.UTC)));
    }
    if (value instanceof LocalDateTime time) {
      return JSON.textNode(TIME.format(time));
    }
    if (value instanceof VariantVal variant) {
      return JSON.textNode(variant.toJson(ZoneOffset.UTC));
    }
    if (value instanceof Row row) {
      ObjectNode object = JSON.objectNode();
      for (int index = 0; index < row.length(); index++) {
        object.set(row.schema().fields()[index].name(), plain(row.get(index)));
      }
      return object;
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      ArrayNode entries = JSON.arrayNode();
      CollectionConverters.asJava(map)
          .forEach((key, item) -> entries.addObject().<ObjectNode>set("key", plain(key)).set("value", plain(item)));
      return entries;
    }
    if (value instanceof scala.collection.Iterable<?> items) {
      ArrayNode array = JSON.arrayNode();
      CollectionConverters.asJava(items).forEach((item) -> array.add(plain(item)));
      return array;
    }
    return JSON.textNode(value.toString());
  }
}
