using MissBgm.Runtime.Analysis;

namespace MissBgm.Runtime.Tests.Analysis;

public sealed class FormulaTests
{
    private static readonly string[] Columns = ["y", "a", "b", "c", "two words", "a.b"];

    [Theory]
    [InlineData("y ~ a", " a")]
    [InlineData("y ~ 1", "")]
    [InlineData("y~a+b - 1", "a b", false)]
    [InlineData("y ~ 0 + a", "a", false)]
    [InlineData("y ~ a * b", " a b a:b")]
    [InlineData("y ~ a:b + c", " c a:b")]
    [InlineData("y ~ a*b*c - a:b:c", " a b c a:b a:c b:c")]
    [InlineData("y ~ (a + b + c)^2", " a b c a:b a:c b:c")]
    [InlineData("y ~ a + b:a + a:b", " a a:b")]
    [InlineData("y ~ .", " a b c two words a.b")]
    [InlineData("y ~ . - `two words` - b", " a c a.b")]
    [InlineData("log(y) ~ sqrt(a) + I(b^2) + factor(c) + I(a)", " sqrt(a) I(b^2) factor(c) a")]
    [InlineData("`two words` ~ a.b", " a.b")]
    [InlineData("y ~ (a + b):c", " a:c b:c")]
    public void Terms_are_those_of_R(string text, string terms, bool intercept = true)
    {
        var formula = Formula.Parse(text, Columns);
        Assert.Equal(terms.Trim(), string.Join(' ', formula.Terms.Where(term => term.Variables.Count > 0)));
        Assert.Equal(intercept, formula.Terms.Any(term => term.Variables.Count == 0));
    }

    [Theory]
    [InlineData("y ~ d", "a column 'd', which the tables do not have; there are y, a, b")]
    [InlineData("y ~ A", "did you mean 'a'?")]
    [InlineData("y ~ cut(a)", "has a function cut; there are log,")]
    [InlineData("y ~ a + ", "cannot be read to its end")]
    [InlineData("y + a", "cannot be read from '+ a' on")]
    [InlineData("y ~ a b", "cannot be read from 'b' on")]
    [InlineData("y ~ a % b", "cannot be read from '% b' on")]
    [InlineData("y ~ I(a)^99", "cannot be read from '99' on")]
    [InlineData("y ~ a + y", "has its response y on the right as well")]
    [InlineData("", "cannot be read to its end")]
    public void What_cannot_be_read_is_shown(string text, string part) =>
        Assert.Contains(part, Assert.Throws<UserInputException>(() => Formula.Parse(text, Columns)).Message, StringComparison.Ordinal);
}
