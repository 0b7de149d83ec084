// java -cp JARS ImportNeo4j.java HOME NODES.csv RELATIONSHIPS.csv: neo4j-admin's own importer into an empty database below
// HOME, then the database itself is opened and asked with Cypher. One JSON object on standard output.
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.neo4j.cli.AdminTool;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

public class ImportNeo4j {
    private static final String[] QUESTIONS = {
        "MATCH (n) RETURN n.iri + '\t' + n.name + '\t' + reduce(all = '', one IN labels(n) | all + one + ';') AS line",
        "MATCH (a)-[r]->(b) RETURN r.iri + '\t' + a.iri + '\t' + type(r) + '\t' + b.iri + '\t' + r.status + '\t' + r.quote AS line",
    };

    public static void main(String[] given) throws Exception {
        Path home = Path.of(given[0]);
        Path configuration = Files.createDirectories(home.resolve("conf"));
        Files.writeString(configuration.resolve("neo4j.conf"), "");
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        int status = AdminTool.execute(
            new ExecutionContext(home, configuration, System.err, System.err, new org.neo4j.io.fs.DefaultFileSystemAbstraction()),
            "database", "import", "full", "neo4j", "--nodes=" + given[1], "--relationships=" + given[2],
            "--multiline-fields=true", "--report-file=" + home.resolve("import.report"));
        if (status != 0) System.exit(status);
        var service = new DatabaseManagementServiceBuilder(home)
            .setConfig(GraphDatabaseSettings.pagecache_memory, 64L << 20).build();
        try {
            for (String question : QUESTIONS) {
                service.database("neo4j").executeTransactionally(question, java.util.Map.of(), rows -> {
                    rows.forEachRemaining(row -> out.println(row.get("line")));
                    return null;
                });
                out.println("----");
            }
        } finally {
            service.shutdown();
        }
        System.exit(0);
    }
}
