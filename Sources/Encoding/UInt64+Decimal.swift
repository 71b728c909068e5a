extension UInt64 {
    /// Reads a decimal number that has one spelling only, up to 2^63 - 1; nil for anything else.
    package init?(decimal text: String) {
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDigits, text == "0" || !text.hasPrefix("0"), let number = UInt64(text),
            number <= UInt64(Int64.max)
        else { return nil }
        self = number
    }
}
