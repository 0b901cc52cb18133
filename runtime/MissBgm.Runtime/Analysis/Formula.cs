namespace MissBgm.Runtime.Analysis;

/// <summary>
/// What is regressed on what, in R's notation (Wilkinson and Rogers 1973): <c>y ~ x + group</c>, interactions <c>x:group</c>, <c>x *
/// group</c> for both and their interaction, <c>(a + b)^2</c>, <c>.</c> for all other columns, <c>- 1</c> for no intercept, functions such
/// as <c>log(x)</c>, <c>I(x^2)</c> and <c>factor(code)</c>.
/// </summary>
/// <param name="Text">As it was given.</param>
/// <param name="Response">Left of the tilde.</param>
/// <param name="Terms">Right of it, terms of fewer variables first; the intercept is the term of none.</param>
public sealed record Formula(string Text, FormulaVariable Response, IReadOnlyList<FormulaTerm> Terms)
{
    /// <summary>The variables of the terms, each once.</summary>
    internal IEnumerable<FormulaVariable> Predictors => Terms.SelectMany(term => term.Variables).Distinct();

    /// <summary>Reads a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="columns">The table's columns.</param>
    /// <exception cref="UserInputException">It is not in the grammar, or names a column that is not there.</exception>
    public static Formula Parse(string text, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        return FormulaReader.Read(text, columns);
    }
}

/// <summary>A product of variables.</summary>
/// <param name="Variables">The variables in the order they came; none for the intercept.</param>
public sealed record FormulaTerm(IReadOnlyList<FormulaVariable> Variables)
{
    internal static FormulaTerm Intercept { get; } = new([]);

    /// <summary>Equal if it has the same variables in whatever order.</summary>
    public bool Equals(FormulaTerm? other) => other is not null && Variables.Count == other.Variables.Count && !Variables.Except(other.Variables).Any();

    /// <inheritdoc />
    public override int GetHashCode() => Variables.Aggregate(0, (hash, variable) => hash ^ variable.GetHashCode());

    /// <inheritdoc />
    public override string ToString() => string.Join(':', Variables);

    internal static FormulaTerm Of(FormulaVariable variable) => new([variable]);

    internal FormulaTerm With(FormulaTerm other) => new([.. Variables.Union(other.Variables)]);

    internal FormulaTerm Without(FormulaVariable variable) => new([.. Variables.Where(own => own != variable)]);
}
