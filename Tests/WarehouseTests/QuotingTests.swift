// Internals can be seen in debug builds alone.
#if DEBUG
  import Lake
  import Testing

  @testable import Warehouse

  @Suite("Quoting")
  struct QuotingTests {
    /// A text with everything that any dialect quotes by.
    static let text = "it's \"a\" `b` \\ c"

    @Test(
      "names and texts, by the rules of each warehouse",
      arguments: [
        (.duckdb, "\"it's \"\"a\"\" `b` \\ c\"", "'it''s \"a\" `b` \\ c'"),
        (.postgres, "\"it's \"\"a\"\" `b` \\ c\"", "'it''s \"a\" `b` \\ c'"),
        (.clickhouse, "`it's \"a\" \\`b\\` \\\\ c`", "'it\\'s \"a\" `b` \\\\ c'"),
        (.bigquery, "`it's \"a\" \\`b\\` \\\\ c`", "'it\\'s \"a\" `b` \\\\ c'"),
        (.snowflake, "\"IT'S \"\"A\"\" `B` \\ C\"", "'it\\'s \"a\" `b` \\\\ c'"),
        (.spark, "`it's \"a\" ``b`` \\ c`", "'it\\'s \"a\" `b` \\\\ c'"),
      ] as [(Warehouse, String, String)]
    )
    func quotes(warehouse: Warehouse, identifier: String, literal: String) {
      let dialect = warehouse.dialect
      #expect(dialect.identifier(Self.text) == identifier)
      #expect(dialect.literal(Self.text) == literal)
    }

    @Test(
      "words of a shell",
      arguments: [
        ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$HOME `ls`", "'$HOME `ls`'"), ("", "''"),
      ]
    )
    func shell(text: String, word: String) {
      #expect(Quoting.shell(text) == word)
    }

    @Test("a path for a shell in a command for psql")
    func pathInCommand() {
      let place = Place(namespace: "hooksift", workspace: "/it's")
      let load = Warehouse.postgres.dialect.load([WarehouseTable(.archives)], place)
      let command =
        "from program 'hooksift export archives --config /dev/null --output ''/it''\\''''s''"
      #expect(load.contains { $0.contains(command) })
    }

    @Test("what cannot be written is named, and only where it cannot")
    func unwritable() throws {
      let pattern = Place(namespace: "hooksift", workspace: "/a*b")
      try Warehouse.postgres.check(pattern)
      for warehouse in Warehouse.allCases where warehouse != .postgres {
        #expect(throws: Place.Unwritable.self) { try warehouse.check(pattern) }
      }
      for warehouse in Warehouse.allCases {
        for text in ["a\nb", "a\u{0}b", "a\u{7F}b"] {
          #expect(throws: Place.Unwritable.self) {
            try warehouse.check(Place(namespace: text, workspace: "/a"))
          }
          #expect(throws: Place.Unwritable.self) {
            try warehouse.check(Place(namespace: "a", workspace: "/" + text))
          }
        }
      }
    }
  }
#endif
