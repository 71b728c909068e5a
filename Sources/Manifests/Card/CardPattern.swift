/// A sentence with places in it, `%1` to `%9`: words of ours around words from elsewhere.
package enum CardPattern {
    /// A part of a pattern.
    package enum Piece: Hashable, Sendable {
        /// Words as they are.
        case words(String)

        /// The place of this number, from 1.
        case place(Int)
    }

    /// Returns the parts of `pattern` in order; a percent sign before anything else is itself.
    package static func pieces(of pattern: String) -> [Piece] {
        var pieces: [Piece] = []
        var words = ""
        var isPlace = false
        func end() {
            if !words.isEmpty { pieces.append(.words(words)) }
            words = ""
        }
        for scalar in pattern.unicodeScalars {
            if isPlace {
                isPlace = false
                if ("1"..."9").contains(scalar) {
                    end()
                    pieces.append(.place(Int(scalar.value) - 0x30))
                    continue
                }
                words += "%"
            }
            if scalar == "%" { isPlace = true } else { words.unicodeScalars.append(scalar) }
        }
        if isPlace { words += "%" }
        end()
        return pieces
    }

    /// Returns `pattern` with each place filled; what is put in is not looked through again.
    package static func filled(_ pattern: String, with arguments: [String]) -> String {
        pieces(of: pattern).map { piece in
            switch piece {
            case .words(let words): words
            case .place(let number): number <= arguments.count ? arguments[number - 1] : ""
            }
        }.joined()
    }
}
