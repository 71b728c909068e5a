/// Endings of names, compared by bytes.
///
/// A Swift string is compared by characters, and a scalar may join with the dot behind it to one:
/// the name would not end in what its bytes end in.
enum NameEnding {
    /// Whether the name ends in these ASCII characters, whatever the case of its letters.
    static func has(_ ending: String, _ name: String) -> Bool {
        let end = name.utf8.suffix(ending.utf8.count)
        return end.count == ending.utf8.count
            && zip(end, ending.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// The name without its last `count` bytes, which must be ASCII.
    static func cut(_ count: Int, off name: some StringProtocol) -> String {
        String(decoding: name.utf8.dropLast(count), as: UTF8.self)
    }
}

extension UInt8 {
    /// The letter A to Z in lower case; every other byte as it is.
    var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
