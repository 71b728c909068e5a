package import Foundation
import TestSupport

/// Flips a bit in tables of a store that nobody has open, as a disk does that rots.
///
/// - Parameters:
///   - folder: the store's folder.
///   - place: is given a table, and returns the offset of the byte that is damaged; nil where the
///     table stays as it is.
/// - Throws: ``FixtureError`` where no table is damaged.
package func rotTables(in folder: String, at place: (Data) -> Int?) throws {
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".sst") {
        let file = URL(filePath: folder).appending(path: name)
        var table = try Data(contentsOf: file)
        guard let offset = place(table), table.indices.contains(offset) else { continue }
        table[offset] ^= 16
        try table.write(to: file)
        count += 1
    }
    guard count > 0 else { throw FixtureError.unexpected("no table has what is to be damaged") }
}

/// Flips a bit of the first row of each table that has rows of a column family.
package func rotTables(of family: String, in folder: String) throws {
    // The name of its family is among the properties of a table.
    try rotTables(in: folder) { $0.firstRange(of: Data(family.utf8)) == nil ? nil : 12 }
}
