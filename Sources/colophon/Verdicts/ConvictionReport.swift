import Encoding

/// What evidence against a log comes to, in words for a person or as one JSON object for a program.
protocol ConvictionReport {
    /// What the log is convicted of.
    associatedtype Found

    /// Why it is not.
    associatedtype Acquittal: Error

    /// Whether the evidence convicts.
    var verdict: Result<Found, Acquittal> { get }

    /// The text: the answer first, then what to do with it.
    var lines: [String] { get }

    /// The answer for programs.
    var json: JSON.Object { get }
}

extension ConvictionReport {
    /// The exit status that the verdict means.
    var status: ExitStatus {
        switch verdict {
        case .success: .yes
        case .failure: .no
        }
    }

    /// Prints the verdict.
    func print(to console: Console) {
        if console.json { return console.print(json: json) }
        for line in lines { console.print(line) }
    }
}
