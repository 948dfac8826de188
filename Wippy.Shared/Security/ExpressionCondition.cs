using Wippy.Shared.Registry;
using Wippy.Shared.Security.Expressions;

namespace Wippy.Shared.Security;

/// <summary>The condition of a <c>security.policy.expr</c>.</summary>
internal sealed class ExpressionCondition(Expression expression) : ICondition
{
    /// <inheritdoc/>
    public bool Holds(in AccessRequest request) => expression.Holds(request);

    /// <summary>Compiles the expression of a validated entry.</summary>
    /// <returns>Null, with a problem that names the column, when it is not one.</returns>
    public static ExpressionCondition? Compile(Entry entry, string source, ProblemList problems)
    {
        try
        {
            return new ExpressionCondition(Expression.Compile(source));
        }
        catch (ExpressionException e)
        {
            problems.Error(entry, "policy.expression", $"column {e.Column}: {e.Message}");
            return null;
        }
    }
}
