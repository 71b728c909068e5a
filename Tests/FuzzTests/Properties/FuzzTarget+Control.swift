import Encoding
import Jobs
import Ledger
import LedgerControl
import LedgerServer
import Provenance

extension FuzzTarget {
    /// A process that is not the ledger's own answers at the control socket.
    ///
    /// Its answer is a kit with the names of one, or the lines of long work, or it is refused. It
    /// says nothing to a terminal.
    static func controlPeer(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        let bytes = Array(input.dropFirst())
        let kit = Result { () throws(ControlError) in try ControlAnswer.kit(bytes, from: "peer") }
        switch kit {
        case .success(let files):
            try hold(files.oneFile == bytes, "a kit has one form")
        case .failure(let error): try isPlain("\(error)", "an error")
        }
        let whole = result([bytes[...]])
        let cut = result(Pieces.cut(bytes, Pieces.sizes(input.first ?? 0)))
        try hold(whole == cut, "pieces of an answer say what the whole says")
        if case .failure(let words) = whole { try isPlain(words.text, "an error") }
        return (try? kit.get()) != nil || (try? whole.get()) != nil
    }

    /// What long work gave, in pieces; its steps are as plain as its errors.
    private static func result(_ pieces: [ArraySlice<UInt8>]) -> Result<JSON.Object, Words> {
        var answer = ControlAnswer()
        let progress = JobProgress { step in SafeText.line(step.what) == step.what }
        do {
            for piece in pieces { try answer.take(Array(piece), progress) }
            return .success(try answer.result(from: "peer"))
        } catch {
            return .failure(Words(text: "\(error)"))
        }
    }

    /// Why an answer was none.
    private struct Words: Error, Hashable {
        let text: String
    }
}
