package import Encoding

/// A numbered copy of a drop.
package struct Edition: Hashable, Sendable {
    /// The drop's URI.
    package let drop: Text

    /// The copy's number, from 1 on.
    package let serial: Int64

    /// The number of copies.
    package let total: Int64

    /// Creates a copy from its number as people write it, `NUMBER/TOTAL`.
    package init(_ copy: String, of drop: Text) throws(EditionError) {
        let parts = copy.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let serial = Self.number(parts[0]),
            let total = Self.number(parts[1]), serial <= total
        else { throw .notNumbered }
        guard !drop.utf8.contains(UInt8(ascii: "#")) else { throw .dropHasSeparator }
        self.drop = drop
        self.serial = serial
        self.total = total
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits),
            number >= 1, number <= JSON.maximumInteger
        else { return nil }
        return number
    }

    var json: JSON {
        ["drop": .string(drop), "serial": .integer(serial), "total": .integer(total)]
    }
}

/// Why something is no numbered copy.
package enum EditionError: Error, Hashable {
    /// It is not `NUMBER/TOTAL` with whole numbers, such as `7/50`. Write it so.
    case notNumbered

    /// The drop's name has a `#`, which separates drop and number. Name the drop otherwise.
    case dropHasSeparator
}
