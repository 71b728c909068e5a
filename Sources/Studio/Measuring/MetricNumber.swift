package import Encoding

/// One number, as a person, a program or a manifest writes it: finite, and exact where it is whole.
package struct MetricNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number as a manifest has it.
    package let json: JSON

    /// The number in binary64.
    package let double: Double

    /// Longest text of a number: more digits than binary64 tells apart.
    private static let characterLimit = 64

    /// Wraps a number of a manifest; nil for another value.
    init?(_ json: JSON) {
        guard let double = json.number, double.isFinite else { return nil }
        (self.json, self.double) = (json, double)
    }

    /// Wraps a number that is finite.
    package init?(_ double: Double) {
        guard double.isFinite else { return nil }
        (json, self.double) = (.decimal(double), double)
    }

    /// Reads exactly one number: digits, perhaps with a sign, a fraction and an exponent.
    ///
    /// `NaN`, `inf`, hexadecimal digits, a unit, and integers beyond 2^53-1 are none.
    package init?(_ text: String) {
        let isNumber = text.wholeMatch(of: #/[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/#) != nil
        guard text.utf8.count <= Self.characterLimit, isNumber else { return nil }
        if text.contains(where: { ".eE".contains($0) }) {
            guard let double = Double(text) else { return nil }
            self.init(double)
            return
        }
        guard let integer = Int64(text), abs(integer) <= JSON.maximumInteger else { return nil }
        self.init(.integer(integer))
    }

    /// The number as JSON has it.
    package var description: String { String(decoding: json.encoded(), as: UTF8.self) }
}
