import Foundation
import Encoding
import Testing
import TestSupport

extension Trait where Self == ConditionTrait {
    /// Skips a suite where the vectors are missing.
    static var needsVectors: Self {
        .enabled(if: try Vectors.arePresent, "no test vectors at \(Vectors.folder.path())")
    }
}

/// Returns the bytes of a hexadecimal text in either case, or none where it is none.
func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { $0 != " " }.lowercased()
    guard let bytes = Hex.decode(digits) else {
        Issue.record("not hexadecimal: \(hex)")
        return []
    }
    return bytes
}
