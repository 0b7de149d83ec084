// java -cp JARS CountRdf4j.java FILE… : each file is read by RDF4J's parser for its suffix into a memory store of its own.
// A line a file: the name, the numbers of statements, of named graphs and of distinct triples, and a digest of these, sorted
// by code units; or the name, `refused` and why.
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.TreeSet;
import org.eclipse.rdf4j.model.Literal;
import org.eclipse.rdf4j.model.Value;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

public class CountRdf4j {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            var repository = new SailRepository(new MemoryStore());
            try (var connection = repository.getConnection()) {
                var format = Rio.getParserFormatForFileName(file).orElseThrow();
                connection.add(Path.of(file).toFile(), "", format);
                var triples = new TreeSet<String>();
                try (var statements = connection.getStatements(null, null, null, false)) {
                    for (var one : statements) {
                        triples.add(one.getSubject() + " " + one.getPredicate() + " " + toText(one.getObject()));
                    }
                }
                var digest = MessageDigest.getInstance("SHA-256");
                for (String triple : triples) digest.update((triple + "\n").getBytes("UTF-8"));
                System.out.println(file + "\t" + connection.size() + "\t" + connection.getContextIDs().stream().count()
                    + "\t" + triples.size() + "\t" + java.util.HexFormat.of().formatHex(digest.digest()));
            } catch (org.eclipse.rdf4j.rio.RDFParseException error) {
                System.out.println(file + "\trefused\t" + error.getMessage().replaceAll("\\s+", " "));
            }
            repository.shutDown();
        }
    }

    private static String toText(Value value) {
        if (!(value instanceof Literal literal)) return value.stringValue();
        return "\"" + literal.getLabel() + "\"" + literal.getLanguage().map(tag -> "@" + tag)
            .orElse("^^" + literal.getDatatype());
    }
}
