import { createContext, useContext } from "react";
import type { Behind } from "@/api/reviewPaths";

/** Opens the people behind a number; `title` says which number. */
export type OpenPeople = (behind: Behind, title: string) => void;

const nobody: OpenPeople = () => {};

export const PeopleContext = createContext<OpenPeople>(nobody);

export const useOpenPeople = () => useContext(PeopleContext);
