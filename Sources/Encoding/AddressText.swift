/// What of an address may be shown in an error, which ends up in journals.
///
/// A user, a password and a query may be secrets. A program puts each of its errors through
/// ``hidingSecrets(in:)`` where it writes them, so that no place can forget to.
public enum AddressText {
    /// Returns an address that was refused as far as it may be shown.
    public static func shown(_ text: String) -> String {
        let end = text.firstIndex { "?#".contains($0) } ?? text.endIndex
        let address = text[..<end]
        let scheme = scheme(of: address)
        // A password may hold "?" or "#", and a query "@": then nobody knows where the host is.
        guard !text[end...].contains("@") else { return String(scheme) }
        guard let at = address.lastIndex(of: "@") else { return String(address) }
        return "\(scheme)\(address[address.index(after: at)...])"
    }

    /// Returns addresses, joined by commas, each as far as it may be shown.
    ///
    /// A password may hold a comma: only what begins as an address does is the next one.
    public static func shownEach(in text: String) -> String {
        var addresses: [String] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = piece.drop { $0 == " " }
            if let last = addresses.last, start(in: word) != word.startIndex {
                addresses[addresses.count - 1] = "\(last),\(piece)"
            } else {
                addresses.append(String(piece))
            }
        }
        return addresses.map { address in
            let spaces = address.prefix { $0 == " " }
            return spaces + shown(String(address.dropFirst(spaces.count)))
        }.joined(separator: ",")
    }

    /// Returns a text in which every address is as far as it may be shown.
    ///
    /// An address is what begins with `http:/` or `https:/`, in any case, and goes on to a space.
    public static func hidingSecrets(in text: String) -> String {
        guard text.lowercased().contains(beginning) else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let start = start(in: word),
                word[start...].contains(where: { "@?#".contains($0) })
            else { return String(word) }
            // What a sentence has around it is no part of it.
            let tail = String(word.reversed().prefix { marks.contains($0) }.reversed())
            return word[..<start] + shown(String(word[start...].dropLast(tail.count))) + tail
        }.joined(separator: " ")
    }

    private static let beginning = "http"
    private static let marks = "\"':,;.)"

    /// Where an address begins in a word; nil where none does.
    private static func start(in word: Substring) -> Substring.Index? {
        word.indices.first { index in
            let rest = word[index...].prefix("https:/".count).lowercased()
            return rest.hasPrefix("http:/") || rest == "https:/"
        }
    }

    /// The scheme with what follows it, as the text has that.
    private static func scheme(of address: Substring) -> Substring {
        let word = address.prefix { $0.isLetter }
        guard !word.isEmpty, address[word.endIndex...].hasPrefix(":/") else { return "" }
        let slashes = address[word.endIndex...].dropFirst().prefix { $0 == "/" }
        return address[..<slashes.endIndex]
    }
}
