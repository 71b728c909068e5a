/// Text from outside, made safe to stand in a line of ours.
public enum QuotedText {
    /// Returns the text with control and direction characters written as `\u{..}`.
    public static func bare(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if isDangerous(scalar) {
                safe += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// Returns one word: the bare text, in quotes where it has spaces, quotes or "=".
    static func word(_ text: String) -> String {
        let safe = bare(text)
        guard
            safe.isEmpty
                || safe.unicodeScalars.contains(where: { " \"=".unicodeScalars.contains($0) })
        else { return safe }
        return "\"" + safe.replacing("\"", with: "\\\"") + "\""
    }

    /// Returns a JSON string (RFC 8259 §7) with all control and direction characters escaped.
    static func json(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\\(scalar)"
            case _ where isDangerous(scalar):
                // All of these lie in the basic plane: four digits do.
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default:
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// C0 and C1 controls, DEL, line and paragraph separators, and what turns a line around.
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C:
            true
        default:
            false
        }
    }
}
