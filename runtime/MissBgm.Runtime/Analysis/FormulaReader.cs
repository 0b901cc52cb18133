using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Analysis;

/// <summary>
/// Reads a formula by descent through R's grammar of formulas: <c>^</c> binds closest, then <c>:</c>, then <c>*</c>, then <c>+</c> and
/// <c>-</c>.
/// </summary>
internal sealed partial class FormulaReader
{
    private readonly string _text;
    private readonly IReadOnlyList<string> _columns;
    private readonly List<(string Text, int At)> _tokens = [];
    private readonly List<FormulaVariable> _seen = [];
    private FormulaVariable? _response;
    private int _next;

    private FormulaReader(string text, IReadOnlyList<string> columns)
    {
        (_text, _columns) = (text, columns);
        for (var at = 0; at < text.Length;)
        {
            var match = Token().Match(text, at);
            if (!match.Success || match.Index != at) throw Unreadable(at);
            if (!string.IsNullOrWhiteSpace(match.Value)) _tokens.Add((match.Value, at));
            at += match.Length;
        }
    }

    private string Peek => _next < _tokens.Count ? _tokens[_next].Text : "";

    /// <summary>Reads a formula.</summary>
    /// <param name="text">Such as <c>y ~ x * group + log(size)</c>.</param>
    /// <param name="columns">The table's columns.</param>
    /// <exception cref="UserInputException">It is not in the grammar, or names a column that is not there.</exception>
    internal static Formula Read(string text, IReadOnlyList<string> columns)
    {
        var reader = new FormulaReader(text, columns);
        var response = reader.Variable();
        reader._response = response;
        reader.Expect("~");
        var terms = reader.Sum([FormulaTerm.Intercept]);
        if (reader.Peek.Length > 0) throw reader.Unreadable();
        if (terms.Find(term => term.Variables.Contains(response)) is { } own)
        {
            throw new UserInputException(
                $"The formula '{text}' has its response {response} on the right as well ({own}); leave it out there.");
        }
        // As in R, terms of fewer variables come first, and a term's variables in the order in which the formula first has them.
        return new Formula(
            text.Trim(), response,
            [
                .. terms.OrderBy(term => term.Variables.Count)
                    .Select(term => new FormulaTerm([.. term.Variables.OrderBy(reader._seen.IndexOf)])),
            ]);
    }

    private List<FormulaTerm> Sum(List<FormulaTerm> terms)
    {
        var sign = Peek is "+" or "-" ? Take() : "+";
        while (true)
        {
            // + 0 and - 1 take the intercept away.
            if (Peek == "0")
            {
                Take();
                if (sign == "+") terms.Remove(FormulaTerm.Intercept);
                else Join(terms, [FormulaTerm.Intercept]);
            }
            else
            {
                var product = Product();
                if (sign == "+") Join(terms, product);
                else terms.RemoveAll(product.Contains);
            }

            if (Peek is not ("+" or "-")) return terms;
            sign = Take();
        }
    }

    private List<FormulaTerm> Product()
    {
        var left = Interaction();
        while (Peek == "*")
        {
            Take();
            var right = Interaction();
            var both = Cross(left, right);
            Join(left, right);
            Join(left, both);
        }

        return left;
    }

    private List<FormulaTerm> Interaction()
    {
        var left = Powered();
        while (Peek == ":")
        {
            Take();
            left = Cross(left, Powered());
        }

        return left;
    }

    private List<FormulaTerm> Powered()
    {
        var terms = Atom();
        if (Peek != "^") return terms;
        Take();
        var power = Whole();
        var result = terms.ToList();
        for (var i = 1; i < power; i++) Join(result, Cross(result, terms));
        return result;
    }

    private List<FormulaTerm> Atom()
    {
        switch (Peek)
        {
            case "(":
                Take();
                var terms = Sum([]);
                Expect(")");
                return terms;
            case "1":
                Take();
                return [FormulaTerm.Intercept];
            case ".":
                Take();
                return [.. _columns.Where(column => column != _response!.Column).Select(column => Term(new FormulaVariable(column)))];
            default:
                return [Term(Variable())];
        }
    }

    private FormulaTerm Term(FormulaVariable variable)
    {
        if (!_seen.Contains(variable)) _seen.Add(variable);
        return FormulaTerm.Of(variable);
    }

    private FormulaVariable Variable()
    {
        var (name, function) = (Peek, _next + 1 < _tokens.Count && _tokens[_next + 1].Text == "(");
        if (!function) return new FormulaVariable(Column());
        if (name != "I" && name != FormulaVariable.Factor && !FormulaVariable.Functions.ContainsKey(name))
        {
            throw new UserInputException(
                $"The formula '{_text}' has a function {name}; there are {string.Join(", ", FormulaVariable.Functions.Keys)}, "
                + "factor and I(x^2).");
        }

        Take();
        Take();
        var column = Column();
        var power = 1;
        if (name == "I" && Peek == "^")
        {
            Take();
            power = Whole();
        }

        Expect(")");
        return power != 1 ? new FormulaVariable(column, null, power) : new FormulaVariable(column, name == "I" ? null : name);
    }

    private string Column()
    {
        var token = Peek;
        if (token.Length == 0 || !(char.IsLetter(token[0]) || token[0] is '`' or '"' or '_' || token is ['.', _, ..])) throw Unreadable();
        Take();
        var name = token[0] is '`' or '"' ? token[1..^1] : token;
        if (_columns.Contains(name)) return name;
        var near = _columns.FirstOrDefault(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));
        var listed = string.Join(", ", _columns.Take(20)) + (_columns.Count > 20 ? ", ..." : "");
        throw new UserInputException(
            $"The formula '{_text}' names a column '{name}', which the tables do not have; "
            + $"{(near is null ? $"there are {listed}" : $"did you mean '{near}'?")}{(near is null ? "." : "")}");
    }

    private int Whole() => int.TryParse(Peek, out var power) && power is >= 1 and <= 10 && Take() is not null ? power : throw Unreadable();

    private string Take() => _tokens[_next++].Text;

    private void Expect(string token)
    {
        if (Peek != token) throw Unreadable();
        Take();
    }

    private UserInputException Unreadable() => Unreadable(_next < _tokens.Count ? _tokens[_next].At : _text.Length);

    private UserInputException Unreadable(int at) => new(
        $"The formula '{_text}' cannot be read {(at < _text.Length ? $"from '{_text[at..].Trim()}' on" : "to its end")}; it is "
        + "such as y ~ x + z, y ~ x * group, log(y) ~ I(x^2) + factor(code) or y ~ x - 1; names with blanks or signs stand in "
        + "backquotes.");

    private static void Join(List<FormulaTerm> terms, List<FormulaTerm> more) => terms.AddRange(more.Except(terms).ToArray());

    private static List<FormulaTerm> Cross(List<FormulaTerm> left, List<FormulaTerm> right) =>
        [.. (from a in left from b in right select a.With(b)).Distinct()];

    [GeneratedRegex("""\s+|`[^`]+`|"[^"]+"|[\p{L}_][\p{L}\p{N}_.]*|\.[\p{L}_][\p{L}\p{N}_.]*|\d+|[~+\-*:^().]""")]
    private static partial Regex Token();
}
