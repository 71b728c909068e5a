extension SafeText {
    /// Returns compact JSON that reads back to the same value and is ASCII wherever it must be:
    /// `\u202e` stands for what must not be shown (RFC 8259 §7).
    public static func json(_ value: JSON) -> String {
        // The writer leaves no line feed and no tab between tokens, so all of these are in strings.
        spelling(String(decoding: value.encoded(), as: UTF8.self)) { scalar in
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }.joined()
        }
    }
}
