/// A sentence with places in it, `%1` to `%9`: words of ours around words from elsewhere.
package enum CardPattern {
    /// Returns `pattern` with each place filled once; what is put in is not looked through again.
    package static func filled(_ pattern: String, with arguments: [String]) -> String {
        var filled = ""
        var isPlace = false
        for scalar in pattern.unicodeScalars {
            if isPlace {
                isPlace = false
                let number = Int(scalar.value) - 0x30
                if (1...9).contains(number) {
                    filled += number <= arguments.count ? arguments[number - 1] : ""
                    continue
                }
                filled += "%"
            }
            if scalar == "%" { isPlace = true } else { filled.unicodeScalars.append(scalar) }
        }
        return isPlace ? filled + "%" : filled
    }

    /// Returns the numbers of the places in `pattern`, rising, each once.
    package static func places(in pattern: String) -> [Int] {
        (1...9).filter { pattern.contains("%\($0)") }
    }
}
