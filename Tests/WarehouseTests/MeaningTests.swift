// Internals can be seen in debug builds alone.
#if DEBUG
  import Tables
  import TestSupport
  import Testing

  @testable import Warehouse

  @Suite("Comments")
  struct MeaningTests {
    @Test("every table and every column has one, and none is of what is not there")
    func complete() {
      var columns = Set(Meanings.columns.keys)
      for table in WarehouseTable.all {
        #expect(Meanings.tables[table.name] != nil, "\(table.name)")
        for column in table.schema.columns {
          #expect(Meanings.of(column, in: table) != column.name, "\(table.name).\(column.name)")
          if columns.remove("\(table.name).\(column.name)") == nil { columns.remove(column.name) }
        }
      }
      #expect(Set(Meanings.tables.keys) == Set(WarehouseTable.all.map(\.name)))
      #expect(columns.isEmpty)
    }
  }
#endif
