using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Wippy.Integration.Tests.SameApi;

/// <summary>The public API of assemblies as text that can be compared: a line for each type and each member, parameter names and defaults among it.</summary>
internal static class PublicApi
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>The public types in a namespace and those below it.</summary>
    public static IEnumerable<Type> Types(Assembly assembly, string ns) =>
        assembly.GetExportedTypes().Where(type => type.Namespace == ns || type.Namespace?.StartsWith(ns + '.', StringComparison.Ordinal) == true);

    /// <summary>What code that uses a type can rely on: what it is, what it can be used as, its members. Extension methods are not here: what class holds them is nobody's business.</summary>
    public static IEnumerable<string> Describe(Type type)
    {
        var name = type.FullName!;
        yield return $"{Kind(type)} {name}{Constraints(type.GetGenericArguments())}";
        foreach (var other in type.GetInterfaces().Append(type.BaseType).Where(other => other is { IsVisible: true }))
            yield return $"{name} is a {Name(other!)}";
        foreach (var member in type.GetMembers(Public).Where(IsDeclaredByPeople))
        {
            foreach (var line in Member(member)) yield return $"{name}: {line}";
        }
    }

    /// <summary>The extension methods in the classes of an assembly, by their namespace.</summary>
    public static IEnumerable<string> Extensions(Assembly assembly, string ns) =>
        Types(assembly, ns).SelectMany(type => type.GetMethods(Public)).Where(IsExtension)
            .Select(method => $"extension in {method.DeclaringType!.Namespace}: {Signature(method)}");

    private static bool IsDeclaredByPeople(MemberInfo member) =>
        member.DeclaringType?.Namespace?.StartsWith("Aspire.", StringComparison.Ordinal) == true
        && !member.IsDefined(typeof(CompilerGeneratedAttribute))
        && member switch
        {
            // Accessors come with their property; what a record has beside its properties comes with "record".
            MethodInfo method => !IsExtension(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            Type => false,
            FieldInfo field => !field.IsSpecialName,
            _ => true,
        };

    private static bool IsExtension(MethodInfo method) => method.IsDefined(typeof(ExtensionAttribute));

    private static IEnumerable<string> Member(MemberInfo member)
    {
        switch (member)
        {
            case PropertyInfo property:
                if (property.GetMethod?.IsPublic == true) yield return $"{Name(property.PropertyType)} {property.Name}{Parameters(property.GetIndexParameters())} get";
                if (property.SetMethod is { IsPublic: true } setter)
                    yield return $"{Name(property.PropertyType)} {property.Name}{Parameters(property.GetIndexParameters())} {(IsInit(setter) ? "init" : "set")}";
                break;
            case FieldInfo { IsLiteral: true } field:
                yield return $"{Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}";
                break;
            case FieldInfo field:
                yield return $"{Name(field.FieldType)} {field.Name}";
                break;
            case MethodBase method:
                yield return Signature(method);
                break;
            default:
                yield return member.ToString()!;
                break;
        }
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Signature(MethodBase method)
    {
        var generic = method.IsGenericMethod ? method.GetGenericArguments() : [];
        var result = method is MethodInfo { ReturnType: var type } ? Name(type) + ' ' : "";
        return $"{(method.IsStatic && !IsExtension(method) ? "static " : "")}{result}{method.Name}{Generic(generic.Select(Name))}{Parameters(method.GetParameters())}{Constraints(generic)}";
    }

    private static bool IsExtension(MethodBase method) => method.IsDefined(typeof(ExtensionAttribute));

    private static string Parameters(ParameterInfo[] parameters) => $"({string.Join(", ", parameters.Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var how = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "";
        var otherwise = parameter.HasDefaultValue ? string.Create(CultureInfo.InvariantCulture, $" = {parameter.DefaultValue ?? "default"}") : "";
        return $"{how}{Name(parameter.ParameterType)} {parameter.Name}{otherwise}";
    }

    private static string Kind(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : "class";

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Select(argument =>
    {
        var flags = argument.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        var types = argument.GetGenericParameterConstraints().Select(Name).Order(StringComparer.Ordinal);
        return flags == 0 && !types.Any() ? "" : $" where {argument.Name} : {string.Join(", ", types.Prepend(flags == 0 ? null : flags.ToString()).Where(part => part is not null))}";
    }));

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!) + "&";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.Name;
        var name = type.FullName ?? $"{type.Namespace}.{type.Name}";
        return type.IsGenericType ? name.Split('`')[0] + Generic(type.GetGenericArguments().Select(Name)) : name;
    }

    private static string Generic(IEnumerable<string> names) => names.Any() ? $"<{string.Join(", ", names)}>" : "";
}
